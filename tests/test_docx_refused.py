"""Word files that are none, that are damaged or dangerous: a sentence, never a traceback."""

from __future__ import annotations

import random
import re
import zipfile
from io import BytesIO
from pathlib import Path

import pytest
from docx_parts import W, edited, with_part
from make_docx import write
from manuscripts import manuscript

from rag.errors import InvalidReport, UnreadableFile
from rag.formats import docx_archive
from rag.formats.docx import read_docx

PATH = Path("paper.docx")
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


@pytest.fixture(scope="module")
def good() -> bytes:
    return write(manuscript("fatima-2023-left-ventricular"))


def refused(data: bytes) -> str:
    with pytest.raises((UnreadableFile, InvalidReport)) as caught:
        read_docx(data, PATH)
    assert caught.value.path == PATH
    assert "\n" not in caught.value.reason
    return caught.value.reason


def zipped(**parts: bytes) -> bytes:
    stream = BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, part in parts.items():
            archive.writestr(name, part)
    return stream.getvalue()


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "empty"),
        (b"\0" * 600, "empty"),
        (OLE + b"\0" * 600, r"old Word file \(\.doc\); open it in Word"),
        (OLE + "EncryptedPackage".encode("utf-16-le"), "password"),
        (b"{\\rtf1 words}", "RTF"),
        (b"%PDF-1.7", "no Word file"),
        (b"PK\x03\x04 and no more", "damaged"),
        (zipped(**{"xl/workbook.xml": b"<a/>"}), "no text document"),
    ],
)
def test_what_is_no_word_file_is_named(data, words):
    """The sentence says what the file is and what to do."""
    with pytest.raises(UnreadableFile, match=words):
        read_docx(data, PATH)


def test_a_document_without_words_is_no_report(good):
    """Scanned pages in a Word file have no words to quote."""
    empty = edited(
        good,
        lambda parts: parts.update(
            {"word/document.xml": f"<w:document {W}><w:body><w:p/></w:body></w:document>".encode()}
        ),
    )
    with pytest.raises(InvalidReport, match="OCR"):
        read_docx(empty, PATH)


def test_a_bomb_is_refused_before_anything_is_unpacked(good, monkeypatch):
    """By the sum of the declared sizes or by the ratio, without reading a single part."""
    bomb = zipped(**{"word/document.xml": b" " * 12_000_000})
    monkeypatch.setattr(zipfile.ZipFile, "read", lambda *_: pytest.fail("it was unpacked"))
    monkeypatch.setattr(zipfile.ZipFile, "open", lambda *_: pytest.fail("it was unpacked"))
    assert "was not opened" in refused(bomb)
    monkeypatch.setattr(docx_archive, "MAX_UNPACKED", 100)
    assert "was not opened" in refused(good)


def test_a_part_that_declares_less_than_it_holds_is_damaged():
    """The declared size is what bounds the memory, so nothing beyond it is taken."""
    data = bytearray(zipped(**{"word/document.xml": b" " * 5_000_000}))
    place = data.rindex(b"PK\x01\x02")
    data[place + 24 : place + 28] = (1000).to_bytes(4, "little")
    assert "damaged" in refused(bytes(data))


def test_a_part_too_large_and_parts_too_many_are_refused(good, monkeypatch):
    """A document of a thousand pages is no report."""
    monkeypatch.setattr(docx_archive, "MAX_PART", 1000)
    assert "split the file" in refused(good)
    monkeypatch.setattr(docx_archive, "MAX_PARTS", 3)
    assert "no report" in refused(good)


def test_entities_are_never_expanded(good):
    """Neither a file of this machine nor a billion laughs comes into the text."""
    xml = (
        '<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd"><!ENTITY b "haha">]>'
        f"<w:document {W}><w:body><w:p><w:r><w:t>Words &a;&b; stay</w:t></w:r></w:p></w:body>"
        "</w:document>"
    )
    data = edited(good, lambda parts: parts.update({"word/document.xml": xml.encode()}))
    text = read_docx(data, PATH).text
    assert "root" not in text and "haha" not in text


def test_macros_pictures_and_missing_parts_do_not_matter(good):
    """A .docm is read for its words; a relation to a part that is not there is passed over."""

    def edit(parts: dict[str, bytes]) -> None:
        types = parts["[Content_Types].xml"]
        parts["[Content_Types].xml"] = types.replace(
            b"application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml",
            b"application/vnd.ms-word.document.macroEnabled.main+xml",
        )
        parts["word/vbaProject.bin"] = OLE + b"Shell"

    data = with_part(edited(good, edit), "gone.png", "image", "")
    data = edited(data, lambda parts: parts.pop("word/gone.png") and None)
    assert read_docx(data, PATH).text == read_docx(good, PATH).text


def test_strict_documents_are_read(good):
    """Word's 'Strict Open XML' names the same things differently."""

    def edit(parts: dict[str, bytes]) -> None:
        for name, part in parts.items():
            if name.endswith((".xml", ".rels")):
                for strict, ordinary in docx_archive._NAMES:
                    part = part.replace(b"http://" + ordinary, strict)
                parts[name] = part

    assert read_docx(edited(good, edit), PATH).text == read_docx(good, PATH).text


def test_deep_nesting_is_refused(good):
    """Neither the parser nor the reader recurses without end."""
    for depth in (60, 200):
        table = "<w:tbl><w:tr><w:tc>" * depth + "</w:tc></w:tr></w:tbl>" * depth
        xml = f"<w:document {W}><w:body>{table}</w:body></w:document>".encode()
        refused(edited(good, lambda parts, xml=xml: parts.update({"word/document.xml": xml})))


def test_whatever_the_bytes_there_is_a_report_or_a_sentence(good):
    """600 damaged files: cut short, or with bytes changed anywhere, or in the XML itself."""
    chance = random.Random(7)
    with zipfile.ZipFile(BytesIO(good)) as archive:
        names = [name for name in archive.namelist() if name.endswith((".xml", ".rels"))]
    outcomes = {"read": 0, "refused": 0}
    for number in range(600):
        if number % 3:
            data = bytearray(good)
            for _ in range(chance.choice((1, 5, 50))):
                data[chance.randrange(len(data))] = chance.randrange(256)
            damaged = bytes(data[: chance.randrange(len(data))] if number % 3 == 1 else data)
        else:
            damaged = edited(good, lambda parts: _scratch(parts, chance, names))
        try:
            read_docx(damaged, PATH)
            outcomes["read"] += 1
        except (UnreadableFile, InvalidReport):
            outcomes["refused"] += 1
    assert outcomes["read"] > 50
    assert outcomes["refused"] > 50


def _scratch(parts: dict[str, bytes], chance: random.Random, names: list[str]) -> None:
    """Digits and letters of a part changed, which often leaves it well formed."""
    name = chance.choice([*names, "word/document.xml", "word/styles.xml", "word/numbering.xml"])
    part = bytearray(parts[name])
    for _ in range(chance.choice((1, 10, 100))):
        place = chance.randrange(len(part))
        if bytes(part[place : place + 1]).isalnum():
            part[place] = chance.choice(b"0123456789abcXYZ")
    parts[name] = bytes(part)


@pytest.mark.parametrize("said", ["", "yesterday", "99999-99-99", "0000-00-00T00:00:00Z"])
def test_a_date_that_is_none_is_passed_over(good, said):
    """Found by fuzzing: an element without text in the properties."""

    def edit(parts: dict[str, bytes]) -> None:
        core = parts["docProps/core.xml"].decode()
        made, count = re.subn(r"(<dcterms:created[^>]*>)[^<]*<", rf"\g<1>{said}<", core)
        assert count == 1
        parts["docProps/core.xml"] = made.encode()

    assert read_docx(edited(good, edit), PATH).text == read_docx(good, PATH).text
