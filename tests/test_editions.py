"""Editions of one work: what joins them, what keeps them apart, and how a library keeps them."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from fakes import WordEncoder
from hypothesis import given, settings
from hypothesis import strategies as st
from shelves import public_folder, unwritable

from rag.errors import LibraryError, ReportNotFound
from rag.index import add, index, merge_works, rederive, remove, split_work
from rag.library import Entry, Library
from rag.schema import Passage, Report, Section
from rag.works.editions import (
    Record,
    edition_name,
    family_name,
    fullness,
    grouping,
    normal_doi,
    normal_pmid,
    normal_title,
    note_kind,
    record,
)

TITLE = "Tofacitinib for refractory dermatomyositis"


def of(id: str, title: str = TITLE, **known) -> Record:
    authors = known.pop("authors", ["Chen Y"])
    fields = {"year": 2024, "doi": None, "pmid": None} | known
    return record(id, title, authors, **fields)


def works(*records: Record, **decided) -> list[set[str]]:
    return [set(group) for group in grouping(records, **decided)]


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ("10.1000/ABC.1", "10.1000/abc.1"),
        ("https://doi.org/10.1000/abc", "10.1000/abc"),
        ("http://dx.doi.org/10.1000/abc.", "10.1000/abc"),
        ("doi: 10.1000/abc,", "10.1000/abc"),
        ("10.1016/0140-6736(91)90001-X", "10.1016/0140-6736(91)90001-x"),
        ("10.1000/abc)", "10.1000/abc"),
        ("unavailable", ""),
        ("", ""),
        (None, ""),
    ],
)
def test_a_doi_is_one_whatever_its_spelling(given, expected):
    """Case, address and punctuation are no part of it."""
    assert normal_doi(given) == expected


@pytest.mark.parametrize(
    ("given", "expected"),
    [("PMID: 0123", "123"), ("123", "123"), ("0", ""), (None, ""), ("x1", "")],
)
def test_a_pmid_is_a_number_above_zero(given, expected):
    """Retraction Watch writes 0 for none."""
    assert normal_pmid(given) == expected


@pytest.mark.parametrize(
    ("author", "family"),
    [
        ("Ogawa Y", "ogawa"),
        ("Yuki Ogawa", "ogawa"),
        ("Ogawa, Yuki", "ogawa"),
        ("Y. Ogawa", "ogawa"),
        ("van der Berg JP", "van der berg"),
        ("Jan van der Berg", "van der berg"),
        ("Sørensen K", "sorensen"),
        ("José García-López", "garcia lopez"),
        ("García-López J", "garcia lopez"),
        ("Robert Smith Jr", "smith"),
        ("Plato", "plato"),
    ],
)
def test_the_family_name_is_found_in_each_way_of_writing_an_author(author, family):
    """Digests write 'Ogawa Y', papers 'Yuki Ogawa'."""
    assert family_name(author) == family


def test_titles_are_one_without_case_accents_markup_and_greek():
    """And a publisher's mark is no part of a title."""
    one = "RETRACTED: TIF1-γ in <i>Dermatomyositis</i>: a Köbner sign."
    assert normal_title(one) == normal_title("Tif1-gamma in dermatomyositis - a Kobner sign")


@pytest.mark.parametrize(
    "title",
    [
        "Erratum: Tofacitinib for refractory dermatomyositis",
        "Correction to: Tofacitinib for refractory dermatomyositis",
        "Corrigendum",
        "Comment on 'Tofacitinib for refractory dermatomyositis'",
        "Reply to Chen et al.",
        "Response to: Tofacitinib",
        "Authors' reply",
        "Retraction: Tofacitinib for refractory dermatomyositis",
        "Expression of concern: Tofacitinib",
    ],
)
def test_what_is_written_about_a_paper_is_no_edition_of_it(title):
    """Even where the file bears the paper's own DOI and PMID."""
    known = {"doi": "10.1000/a", "pmid": "7"}
    assert len(works(of("paper", **known), of("note", title, **known))) == 2


@pytest.mark.parametrize(
    "title",
    ["Response to tofacitinib in dermatomyositis", "Correction of calcinosis by surgery",
     "RETRACTED: Tofacitinib", "Comments of patients", "Replying hands: a sign"],
)  # fmt: skip
def test_a_paper_is_not_taken_for_a_note(title):
    """Words that begin like a note; 'Response to' a drug is the doubtful one, and stays a note."""
    expected = "reply" if title.startswith("Response to") else ""
    assert note_kind(title) == expected


def test_two_files_of_one_erratum_are_editions_of_one_work():
    """A note has editions, too: by identifier and title together."""
    title = f"Erratum: {TITLE}"
    assert works(of("a", title, doi="10.1000/x"), of("b", title)) == [{"a", "b"}]


@pytest.mark.parametrize(
    ("one", "other", "joined"),
    [
        ({"doi": "10.1000/A"}, {"doi": "https://doi.org/10.1000/a", "title": "Other"}, True),
        ({"pmid": "7"}, {"pmid": "07", "title": "Other"}, True),
        ({}, {}, True),
        ({"doi": "10.1000/a"}, {}, True),
        ({"doi": "10.1000/a"}, {"doi": "10.1000/b"}, False),
        ({"pmid": "7"}, {"pmid": "8"}, False),
        ({"doi": "10.1000/a"}, {"pmid": "8"}, True),
        ({}, {"year": 2023}, False),
        ({"year": None}, {"year": None}, False),
        ({}, {"authors": ["Chan Y"]}, False),
        ({}, {"authors": []}, False),
        ({"title": "Case report"}, {"title": "Case report"}, False),
    ],
)
def test_what_joins_two_reports(one, other, joined):
    """Identifiers, or title with author and year; never against another identifier."""
    assert (len(works(of("a", **one), of("b", **other))) == 1) is joined


def test_a_title_that_fits_two_works_joins_neither():
    """Whose edition it is cannot be told; by hand it can be."""
    one, other = of("a", doi="10.1000/a"), of("b", doi="10.1000/b")
    free = of("c")
    assert works(one, other, free) == [{"a"}, {"b"}, {"c"}]
    assert works(one, other, free, same=[("a", "c")]) == [{"a", "c"}, {"b"}]


def test_decisions_by_hand_win():
    """Against identifiers that differ, and against identifiers that agree."""
    assert works(of("a", doi="10.1000/a"), of("b", doi="10.1000/b"), same=[("a", "b")]) == [
        {"a", "b"}
    ]
    assert works(of("a", doi="10.1000/a"), of("b", doi="10.1000/a"), apart={"b"}) == [{"a"}, {"b"}]


def test_the_fullest_edition_comes_first():
    """Basis, then the source's own words before a digest's, then length, then id."""
    found = sorted(
        [
            fullness("abstract", "paper", 900, "a"),
            fullness("full text", "digest", 900, "b"),
            fullness("full text", "paper", 800, "c"),
            fullness("full text", "user file", 900, "d"),
            fullness("excerpt", "paper", 900, "e"),
            fullness("full text", "paper", 800, "b2"),
        ]
    )
    assert [key[-1] for key in found] == ["d", "b2", "c", "b", "e", "a"]


# -- in a library ------------------------------------------------------------------------------


def report(id: str, title: str = TITLE, **known) -> Report:
    text = f"About {id}. " + str(known.pop("says", "The rash faded."))
    fields = {"authors": ("Chen Y",), "year": 2024} | known
    return Report(
        id=id, title=title, text=text, sections=(Section("case", "Case", "case", 0, len(text)),),
        source=f"{id}.txt", **({"source_kind": "user file", "basis": "full text"} | fields),
    )  # fmt: skip


def put(library: Library, *reports: Report) -> None:
    with library.transaction():
        for one in reports:
            vector = WordEncoder().encode([one.text])[0]
            passage = Passage(one.id, "case", 1, 0, len(one.text), "case")
            library.put(one, one.text.encode(), [Entry(passage, "", vector)], [])


def grouped(library: Library) -> list[set[str]]:
    found: dict[str, set[str]] = {}
    for report_id, work in library.all_works().items():
        found.setdefault(work, set()).add(report_id)
    return sorted(found.values(), key=sorted)


@pytest.fixture
def library(tmp_path):
    with Library(tmp_path / "library", create=True) as opened:
        yield opened


BRIDGED = (
    report("first", doi="10.1000/a", pmid="7"),
    report("by-doi", "Some other words here", doi="https://doi.org/10.1000/A"),
    report("by-pmid", "Quite different title words", pmid="7"),
)


def test_a_work_is_called_after_the_edition_stored_first(library):
    """Also when the file of that is added again."""
    put(library, *BRIDGED)
    put(library, BRIDGED[0])
    assert library.all_works() == {"by-doi": "first", "by-pmid": "first", "first": "first"}
    assert library.work_of("by-pmid") == "first"
    assert library.work_of("not-there") == "not-there"
    assert set(library.editions("first")) == {"first", "by-doi", "by-pmid"}


def test_the_others_stay_together_when_the_one_between_them_goes(library):
    """Only the removed one had what both share."""
    put(library, *BRIDGED)
    remove("first", library)
    assert grouped(library) == [{"by-doi", "by-pmid"}]
    assert library.work_of("by-pmid") == "by-doi"
    put(library, BRIDGED[0])
    assert grouped(library) == [{"first", "by-doi", "by-pmid"}]


def test_what_was_kept_apart_by_a_report_joins_when_that_goes(library):
    """A title that fitted two works fits one now."""
    put(library, report("a", doi="10.1000/a"), report("b", doi="10.1000/b"), report("c"))
    assert grouped(library) == [{"a"}, {"b"}, {"c"}]
    remove("b", library)
    assert grouped(library) == [{"a", "c"}]


POOL = (
    *BRIDGED,
    report("titled"),
    report("conflicting", doi="10.1000/b"),
    report("noted", f"Erratum: {TITLE}", doi="10.1000/a"),
    report("later", year=2025),
)


@settings(max_examples=25)
@given(st.permutations(POOL), st.integers(3, len(POOL)))
def test_the_order_of_adding_does_not_matter(tmp_path_factory, order, number):
    """The same reports make the same works, and those that `grouping` makes of all at once."""
    some = order[:number]
    with Library(tmp_path_factory.mktemp("library"), create=True) as library:
        for one in some:
            put(library, one)
        records = library.records()
        assert grouped(library) == sorted(map(set, grouping(records)), key=sorted)
        for work, ids in library.shared_works(library.report_ids()).items():
            assert work in ids
            assert work == next(one.id for one in some if one.id in ids)


def test_merging_and_splitting_by_hand_outlast_the_file(library):
    """Removed and added again, changed, and split against its own DOI."""
    put(library, report("a", "One title of three"), report("b", "Another title of four"))
    merge_works("b", "a", library)
    assert grouped(library) == [{"a", "b"}]
    remove("b", library)
    put(library, report("b", "A third title altogether"))
    assert grouped(library) == [{"a", "b"}]
    put(library, report("c", "Third", doi="10.1000/c"), report("d", "Fourth", doi="10.1000/c"))
    split_work("c", library)
    put(library, report("c", "Third", doi="10.1000/c"))
    remove("c", library)
    put(library, report("c", "Third", doi="10.1000/c"))
    assert grouped(library) == [{"a", "b"}, {"c"}, {"d"}]
    merge_works("c", "d", library)
    assert grouped(library) == [{"a", "b"}, {"c", "d"}]


def test_splitting_the_one_between_leaves_the_others_together(library):
    """It takes out one report, not three."""
    put(library, *BRIDGED)
    split_work("first", library)
    assert grouped(library) == [{"by-doi", "by-pmid"}, {"first"}]


def test_merging_needs_two_reports_that_are_there(library):
    """An unknown id is named, and nothing changes."""
    put(library, report("alpha"), report("beta", "Another title of four"))
    with pytest.raises(ReportNotFound, match="beta"):
        merge_works("alpha", "betta", library)
    with pytest.raises(LibraryError, match="two"):
        merge_works("alpha", "alpha", library)
    with pytest.raises(ReportNotFound):
        split_work("gamma", library)
    assert grouped(library) == [{"alpha"}, {"beta"}]


def as_earlier(folder: Path) -> None:
    """Make a library file as versions before works left it."""
    with closing(sqlite3.connect(folder / "casebook.sqlite3")) as db:
        for table in ("works", "edition_keys", "edition_decisions"):
            db.execute(f"DROP TABLE {table}")
        db.commit()


def test_a_library_of_an_earlier_version_is_grouped_when_it_is_opened(tmp_path):
    """In the order in which its reports were stored."""
    folder = tmp_path / "library"
    with Library(folder, create=True) as library:
        put(library, *BRIDGED)
    as_earlier(folder)
    with Library(folder) as library:
        assert library.all_works() == {"by-doi": "first", "by-pmid": "first", "first": "first"}
        merge_works("by-doi", "first", library)


def test_a_read_only_library_of_an_earlier_version_groups_nothing():
    """Each report is its own work; nothing fails."""
    with public_folder() as parent:
        folder = parent / "library"
        with Library(folder, create=True) as library:
            put(library, *BRIDGED)
        as_earlier(folder)
        with unwritable(folder), Library(folder) as library:
            assert library.read_only
            assert library.works(["first"]) == {"first": "first"}
            assert library.shared_works(["first", "by-doi"]) == {}
            assert library.editions("by-doi") == ("by-doi",)
            assert library.all_works()["by-pmid"] == "by-pmid"


HEAD = "---\ntitle: {title}\nauthors: [Chen Y]\nyear: 2024\ndoi: {doi}\n---\n"
STORY = (
    "A 40-year-old woman with dermatomyositis had a rash of both hands and the face. "
    "Tofacitinib 5 mg twice daily was started after methotrexate had failed. "
    "The rash faded within six weeks and strength came back to normal. "
    "No infection was seen during twelve months of follow-up.\n"
)


def files(folder: Path, **texts: str) -> list[Path]:
    folder.mkdir(exist_ok=True)
    paths = []
    for name, text in texts.items():
        stem, _, suffix = name.partition("__")
        path = folder / f"{stem.replace('_', '-')}.{suffix or 'md'}"
        path.write_text(text, "utf-8")
        paths.append(path)
    return paths


def test_adding_another_edition_says_of_what(tmp_path, library):
    """And a text that is alike is pointed out, not merged."""
    known = HEAD.format(title=TITLE, doi="10.1000/a")
    other = HEAD.format(title=TITLE, doi="10.1000/b")
    paths = files(
        tmp_path / "in",
        a=known + STORY,
        b=known + "Chen treated one woman with tofacitinib.\n",
        c=other + "Words of another kind entirely, on another patient.\n",
        d=STORY.replace("both hands", "b0th hands") + "She went home.\n",
    )
    outcomes = {o.report_id: o for path in paths for o in add([path], library, WordEncoder())}
    assert [o.edition_of for o in outcomes.values()] == ["", "a", "", ""]
    assert [(o.report_id, o.share) for o in outcomes["c"].looks_like] == [("a", 0.0)]
    assert [(o.report_id, o.share) for o in outcomes["d"].looks_like] == [("a", 1.0)]
    assert grouped(library) == [{"a", "b"}, {"c"}, {"d"}]


def test_a_report_taken_apart_by_hand_is_not_proposed_again(tmp_path, library):
    """Neither when it comes again, nor when the other does."""
    first, second = files(tmp_path / "in", a=STORY, b=STORY + "She went home.\n")
    list(add([first, second], library, WordEncoder()))
    split_work("b", library)
    remove("b", library)
    (outcome,) = add([second], library, WordEncoder())
    assert outcome.looks_like == ()


def test_two_formats_of_one_name_are_two_editions(tmp_path, library):
    """chen.md and chen.txt: the second gets its format into its id; added again, it is known."""
    known = HEAD.format(title=TITLE, doi="10.1000/a")
    paths = files(tmp_path / "in", chen=known + STORY, chen__txt="doi 10.1000/a\n\n" + STORY)
    assert [(o.report_id, o.status) for o in add(paths, library, WordEncoder())] == [
        ("chen", "added"), ("chen-txt", "added"),
    ]  # fmt: skip
    again = {o.report_id: o.status for o in add(paths, library, WordEncoder())}
    assert again == {"chen": "unchanged", "chen-txt": "unchanged"}


def test_works_outlast_reading_all_files_again(tmp_path, library):
    """Newer cleaning or chunking changes no work and no name of one."""
    known = HEAD.format(title=TITLE, doi="10.1000/a")
    paths = files(tmp_path / "in", b=known + STORY, a=known + "Short.\n", c=STORY)
    for path in paths:
        list(add([path], library, WordEncoder()))
    merge_works("c", "a", library)
    before = library.all_works()
    assert set(before.values()) == {"b"}
    library.set_meta(made_chunker="0")
    assert rederive(library, WordEncoder()) == 3
    assert library.all_works() == before


def test_building_anew_keeps_decisions_and_groups_what_is_there(tmp_path, library):
    """`index --replace` with other files leaves no work of a report that is gone."""
    known = HEAD.format(title=TITLE, doi="10.1000/a")
    paths = files(tmp_path / "in", a=known + STORY, b=known + "Short.\n", c="Another story.\n")
    list(index(paths, library, WordEncoder()))
    merge_works("b", "c", library)
    list(index(paths[1:], library, WordEncoder(), replace=True))
    assert library.all_works() == {"b": "b", "c": "b"}


@pytest.mark.parametrize(
    ("source", "kind", "basis", "name"),
    [
        ("a.md", "digest", "full text", "digest"),
        ("a.pdf", "paper", "full text", "PDF"),
        ("a.nxml", "paper", "full text", "JATS"),
        ("a.xml", "paper", "abstract", "abstract"),
        ("a.docx", "user file", "full text", "Word"),
        ("a.txt", "user file", "full text", "full text"),
        ("a", "user file", "excerpt", "excerpt"),
    ],
)
def test_an_edition_has_a_name_that_a_reader_knows(source, kind, basis, name):
    """From who wrote it, how much of it there is, and the file."""
    one = Report("a", "A", "x", (), source, kind, basis)
    assert edition_name(one) == name
