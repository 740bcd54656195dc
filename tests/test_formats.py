"""One door for files: what can be read is a report, all else is refused with path and remedy."""

from __future__ import annotations

import codecs
from pathlib import Path

import pytest

from rag import formats
from rag.errors import FileError, InvalidReport, UnknownFormat, UnreadableFile
from rag.formats import APART, READERS, read_bytes, read_file

NOTE = "A 56-year-old woman with anti-TIF1-γ dermatomyositis took 20 µg – no ulcers.\n"

READABLE = {
    "UTF-8": NOTE.encode(),
    "UTF-8 with a mark": codecs.BOM_UTF8 + NOTE.encode(),
    "UTF-16, little end first": codecs.BOM_UTF16_LE + NOTE.encode("utf-16-le"),
    "UTF-16, big end first": codecs.BOM_UTF16_BE + NOTE.encode("utf-16-be"),
    "Windows line ends": NOTE.replace("\n", "\r\n").encode(),
}


@pytest.mark.parametrize("data", READABLE.values(), ids=READABLE)
@pytest.mark.parametrize("suffix", [*sorted(set(READERS) - APART), ".TXT", ".Md"])
def test_a_note_is_read_whatever_its_encoding(data: bytes, suffix: str, tmp_path: Path) -> None:
    """Every suffix of text and marked encoding gives the same words and the file's own bytes."""
    path = tmp_path / f"My note{suffix}"
    path.write_bytes(data)
    report, original = read_file(path)
    assert original == data
    assert report.id == "my-note"
    assert report.source == path.name
    assert report.text.strip() == NOTE.strip().replace("µ", "μ")


REFUSED = {
    "empty": (b"", UnreadableFile, "empty"),
    "white space": (b" \n\t\n", UnreadableFile, "empty"),
    "only a mark": (codecs.BOM_UTF8, InvalidReport, "no words"),
    "numbers only": (b"1 2 3\n4.5\n", InvalidReport, "no words"),
    "binary": (b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR", UnreadableFile, "binary"),
    "Latin-1": ("Köbner 20 µg".encode("latin-1"), UnreadableFile, "iconv"),
    "Windows-1252": ("Gottron’s".encode("cp1252"), UnreadableFile, "not UTF-8 (byte 7)"),
    "UTF-16 without a mark": (NOTE.encode("utf-16-le"), UnreadableFile, "binary"),
    "half a character of UTF-16": (codecs.BOM_UTF16_LE + b"a", UnreadableFile, "not UTF-16"),
    "half a character of UTF-8": ("γ".encode()[:1], UnreadableFile, "not UTF-8"),
}


@pytest.mark.parametrize(("data", "error", "words"), REFUSED.values(), ids=REFUSED)
@pytest.mark.parametrize("suffix", [".md", ".txt"])
def test_a_file_that_is_no_text_is_refused(data, error, words, suffix, tmp_path) -> None:
    """The complaint is one line that names the file and what is wrong with it."""
    path = tmp_path / f"bad{suffix}"
    path.write_bytes(data)
    with pytest.raises(error) as caught:
        read_file(path)
    assert words in str(caught.value)
    assert str(path) in str(caught.value)
    assert "\n" not in str(caught.value)
    assert caught.value.path == path


@pytest.mark.parametrize("name", ["report.rtf", "report.doc", "report", ".md", "a.txt.gz"])
def test_an_unknown_suffix_is_refused_with_the_known_ones(name: str, tmp_path: Path) -> None:
    """The file is not even opened, and the complaint lists what can be read."""
    with pytest.raises(UnknownFormat, match=r"known: \.docm, \.docx, .*\.txt, .*; convert"):
        read_file(tmp_path / name)


def test_a_missing_file_is_refused(tmp_path: Path) -> None:
    """A path that is not there is a FileError, not a traceback."""
    with pytest.raises(UnreadableFile, match="No such file.*check the path"):
        read_file(tmp_path / "none.md")


def test_a_folder_is_refused(tmp_path: Path) -> None:
    """Even a folder with a file's suffix is no report."""
    folder = tmp_path / "folder.md"
    folder.mkdir()
    with pytest.raises(UnreadableFile, match="Is a directory"):
        read_file(folder)


def test_a_file_above_the_limit_is_refused_unread(tmp_path: Path, monkeypatch) -> None:
    """Size is checked before the bytes are in memory; the limit itself is allowed."""
    path = tmp_path / "note.md"
    path.write_text(NOTE, "utf-8")
    size = path.stat().st_size
    monkeypatch.setattr(formats, "MAX_FILE_BYTES", size)
    assert read_file(path)[1]
    monkeypatch.setattr(formats, "MAX_FILE_BYTES", size - 1)
    monkeypatch.setattr(Path, "read_bytes", lambda self: pytest.fail("it was read"))
    with pytest.raises(UnreadableFile, match="split the file"):
        read_file(path)


def test_51_megabytes_are_too_many(tmp_path: Path) -> None:
    """The shipped limit is 50 MB, and the complaint says both figures."""
    path = tmp_path / "big.txt"
    with path.open("wb") as stream:
        stream.truncate(51_000_000)
    with pytest.raises(UnreadableFile, match="51 MB is more than the 50 MB"):
        read_file(path)


def test_the_complaint_names_the_whole_path(tmp_path: Path) -> None:
    """Readers know a base name only; the user gets the path that was given."""
    with pytest.raises(InvalidReport) as caught:
        read_bytes(b"---\nid: A B\n---\nwords", tmp_path / "x.md")
    assert isinstance(caught.value, FileError)
    assert str(caught.value).startswith(f"{tmp_path / 'x.md'}: front matter: 'id'")
