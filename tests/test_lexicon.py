"""The vocabulary reads what clinicians and lay people write, and never one drug for another."""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.errors import CasebookError, LexiconError
from rag.lexicon import KINDS, Concept, Lexicon, entries, lexicon

LEX = lexicon()
DRUG_WORDS = [
    term
    for concept in LEX.concepts("drug")
    for term in concept.terms
    if term.isascii() and term.isalpha() and term.islower() and len(term) >= 6
]


def names(text: str, *, typos: bool = False) -> list[str]:
    return [one.concept.name for one in LEX.find(text, typos=typos)]


SPELLINGS = {
    "greek": ("anti-TIF1γ", "anti-TIF1-γ"),
    "greek in words": ("TIF1-gamma", "anti-TIF1-γ"),
    "spaced greek": ("anti TIF 1 gamma", "anti-TIF1-γ"),
    "latin initial": ("TIF1g", "anti-TIF1-γ"),
    "hyphened latin initial": ("anti-TIF-1-g", "anti-TIF1-γ"),
    "older name": ("p155/140", "anti-TIF1-γ"),
    "gene": ("TRIM33", "anti-TIF1-γ"),
    "MDA5 bare": ("MDA5", "anti-MDA5"),
    "MDA5 spaced": ("anti MDA5", "anti-MDA5"),
    "MDA5 hyphens": ("anti-MDA-5", "anti-MDA5"),
    "MDA5 en dash": ("anti\u2013MDA5", "anti-MDA5"),
    "MDA5 glued": ("antiMDA5", "anti-MDA5"),
    "MDA5 antibodies": ("anti-MDA5 antibodies", "anti-MDA5"),
    "MDA5 as CADM-140": ("CADM-140 autoantibody", "anti-MDA5"),
    "MDA5 as IFIH1": ("IFIH1", "anti-MDA5"),
    "NXP2 as MJ": ("anti-MJ", "anti-NXP2"),
    "Jo-1 nonbreaking hyphen": ("Jo\u20111", "anti-Jo-1"),
    "Ro52": ("ro 52", "anti-Ro52"),
    "plural abbreviation": ("ANAs", "antinuclear antibody"),
    "lower case": ("ivig", "intravenous immunoglobulin"),
    "old name": ("cyclosporine A", "ciclosporin"),
    "code": ("FK 506", "tacrolimus"),
    "brand": ("xeljanz", "tofacitinib"),
    "japanese brand": ("Predonine", "prednisolone"),
    "corticotropin": ("H.P. Acthar Gel", "corticotropin"),
    "alpha": ("TNF alpha blockers", "TNF inhibitor"),
    "prefix apart": ("anti malarials", "antimalarial"),
    "prefix hyphened": ("anti-malarials", "antimalarial"),
    "hyphen inside": ("cyclo-phosphamide", "cyclophosphamide"),
    "curly apostrophe": ("Gottron\u2019s papules", "Gottron's papules"),
    "no apostrophe": ("Gottrons papule", "Gottron's papules"),
    "no possessive": ("Gottron sign", "Gottron's sign"),
    "plural possessive": ("mechanics' hands", "mechanic's hands"),
    "hikers": ("hikers feet", "hiker's feet"),
    "V sign": ("V-neck sign", "V sign"),
    "RP-ILD": ("RPILD", "rapidly progressive interstitial lung disease"),
    "HLH": ("hemophagocytic lymphohistiocytosis", "macrophage activation syndrome"),
    "amyopathic": ("DM sine myositis", "clinically amyopathic dermatomyositis"),
    "wong": ("Wong type DM", "Wong-type dermatomyositis"),
    "cpk": ("cpk", "creatine kinase"),
    "mmt8": ("MMT-8", "manual muscle testing"),
    "dlco": ("DLCO", "diffusing capacity"),
    "line break": ("interstitial\nlung disease", "interstitial lung disease"),
    "decomposed accent": ("Sjo\u0308gren's syndrome", "Sjögren's syndrome"),
    "no accent": ("Sjogren syndrome", "Sjögren's syndrome"),
    "british": ("dyspnoea", "dyspnoea"),
    "american": ("dyspnea", "dyspnoea"),
    "edema": ("edema", "oedema"),
    "hemorrhage": ("hemorrhage", "haemorrhage"),
    "tumor": ("tumors", "malignancy"),
    "pediatric": ("pediatric", "child"),
    "water pill": ("water pills", "diuretic"),
    "swallow": ("trouble swallowing", "dysphagia"),
    "breath": ("shortness of breath", "dyspnoea"),
    "sores": ("skin sores", "skin ulcer"),
    "enzyme": ("muscle enzyme", "creatine kinase"),
    "came back": ("came back", "relapse"),
    "passed away": ("passed away", "died"),
    "negation": ("can't swallow", "dysphagia"),
    "curly negation": ("didn\u2019t make it", "died"),
    "ampersand": ("A&E", "emergency department"),
    "plus": ("MDA5+ DM", "anti-MDA5 dermatomyositis"),
    "headline": ("SKIN ULCERS", "skin ulcer"),
    "dotted": ("b.i.d.", "twice daily"),
    "follow-up": ("F/U", "follow-up"),
    "slash": ("s/p", "status post"),
    "without": ("w/o", "without"),
    "age": ("45yo", "years old"),
    "after a slash": ("MTX/", "methotrexate"),
}


@pytest.mark.parametrize(("text", "name"), SPELLINGS.values(), ids=SPELLINGS)
def test_every_way_of_writing_reads_as_its_concept(text: str, name: str) -> None:
    """A wording in any case, script, hyphenation or number is its concept, and nothing else."""
    assert names(f"Was there {text} here?") == [name]


@pytest.mark.parametrize(
    "term", ["IVIG", "iv-ig", "GOTTRONS SIGNS", "ULCERS", "anti malarial", "pet"]
)
def test_concept_takes_any_wording(term: str) -> None:
    """Looking a term up ignores case, hyphens and plural."""
    assert LEX.concept(term) is not None


def test_concept_of_an_unknown_or_empty_term_is_none() -> None:
    """What is not in the vocabulary has no concept."""
    assert LEX.concept("blorptinib") is None
    assert LEX.concept(" - ") is None


ORDINARY = {
    "car": "she drove the car to the mall at 5 pm",
    "pet": "her pet sat on my lap",
    "sob": "she began to sob",
    "cart": "the cart and the horse",
    "as it is": "as it is, no or yes",
    "mo pt": "mo pt",
    "fees": "the fees were high",
    "aid": "a hearing aid and financial aids",
    "inside a word": "rashers, ANALYSIS, mtxy, pre45yox",
    "glued to digits": "MTX5 and 5MTX",
    "across a comma": "came, back",
    "across a stop": "He came. Back home",
    "space inside a word": "i v a n a c k",
    "serious adverse event": "SAE",
    "silent": "with and without",
}


@pytest.mark.parametrize("text", ORDINARY.values(), ids=ORDINARY)
def test_ordinary_words_are_no_mentions(text: str) -> None:
    """English words that look like abbreviations, and parts of words, are left alone."""
    assert names(text, typos=True) == []


@pytest.mark.parametrize("text", ["PET", "SOB", "CAR-T", "car-t", "PM", "MAS", "mas", "i.m."])
def test_abbreviations_that_are_words_count_in_capitals(text: str) -> None:
    """The same letters in capitals, hyphened or dotted are the abbreviation."""
    assert len(LEX.find(text)) == 1


def test_the_longest_wording_wins() -> None:
    """A subtype is not cut down to its antibody, nor a rash to the word rash."""
    assert names("anti-MDA5-positive DM with RP-ILD") == [
        "anti-MDA5 dermatomyositis",
        "rapidly progressive interstitial lung disease",
    ]
    assert names("heliotrope rash") == ["heliotrope rash"]
    assert names("stage IV cancer") == ["stage IV", "malignancy"]


@given(
    st.lists(
        st.one_of(
            st.sampled_from([term for one in LEX.concepts() for term in one.terms]),
            st.text(max_size=8),
            st.sampled_from([" ", "-", "/", ".", ", ", "\n", "'s", "s", "γ", "5"]),
        ),
        max_size=12,
    ),
    st.booleans(),
)
def test_mentions_are_sorted_disjoint_slices(parts: list[str], typos: bool) -> None:
    """Whatever the text, mentions never overlap, stand in order and are slices of it."""
    text = "".join(parts)
    end = 0
    for one in LEX.find(text, typos=typos):
        assert end <= one.start < one.end <= len(text)
        assert text[one.start : one.end] == one.text
        end = one.end


@pytest.mark.parametrize("kind", KINDS)
def test_every_wording_is_found_as_its_own_concept(kind: str) -> None:
    """No wording of the shipped files is out of reach or shadowed by another."""
    for concept in LEX.concepts(kind):
        for term in concept.terms:
            assert LEX.concept(term) is concept, term
            if term not in ("with", "without", "within", "versus"):
                assert names(term) == [concept.name], term


TYPOS = {
    "methotrexat": "methotrexate",
    "methotraxate": "methotrexate",
    "azothioprine": "azathioprine",
    "mycofenolate": "mycophenolate mofetil",
    "rituxamab": "rituximab",
    "hydroxychloroquin": "hydroxychloroquine",
    "hydroxichloroquine": "hydroxychloroquine",
    "predisolone": "prednisolone",
    "prednisonne": "prednisone",
    "plaquinil": "hydroxychloroquine",
    "corticosteriods": "corticosteroid",
    "tofacitnib": "tofacitinib",
    "heliotrpe": "heliotrope rash",
    "Gotron's": "Gottron's papules",
    "calcinosus": "calcinosis",
    "poikilderma": "poikiloderma",
    "dysphagea": "dysphagia",
}


@pytest.mark.parametrize(("typed", "meant"), TYPOS.items(), ids=TYPOS)
def test_a_typo_reads_as_the_one_near_word(typed: str, meant: str) -> None:
    """A misspelt drug or sign is understood in a question, and said to be corrected."""
    (reading,) = LEX.expand(f"{typed}?")
    assert (reading.text, reading.name, reading.corrected) == (typed, meant, True)
    assert reading.terms[0] == meant
    assert LEX.find(typed) == ()


DOUBTFUL = """
prednislone prednisolne cyclo hypotension nephropathy arteritis inspection carrotinib ixekizumab
hydrocodone cycloserine corticosterone station imatinid5 zethotrexate MTXX mtcs erlotinib
temsirolimus dysphasia ampicillin
"""


@pytest.mark.parametrize("word", DOUBTFUL.split())
def test_doubtful_words_are_not_corrected(word: str) -> None:
    """Two near wordings, a wrong first letter, other drugs and ordinary words stay as typed."""
    assert LEX.expand(f"{word}?") == ()


CONFUSABLE = [
    ("prednisolone", "prednisone"),
    ("prednisolone", "methylprednisolone"),
    ("tacrolimus", "sirolimus"),
    ("tacrolimus", "pimecrolimus"),
    ("sirolimus", "everolimus"),
    ("hydroxyurea", "hydroxychloroquine"),
    ("chloroquine", "hydroxychloroquine"),
    ("infliximab", "rituximab"),
    ("nivolumab", "golimumab"),
    ("tofacitinib", "baricitinib"),
    ("ciclosporin", "cyclophosphamide"),
    ("thalidomide", "lenalidomide"),
    ("hypertension", "hypotension"),
    ("dysphagia", "dysphonia"),
    ("cisplatin", "carboplatin"),
]


@pytest.mark.parametrize(("one", "other"), CONFUSABLE, ids=["/".join(p) for p in CONFUSABLE])
def test_no_slip_of_one_key_turns_a_drug_into_its_neighbour(one: str, other: str) -> None:
    """Any single edit of either word reads as that word or as nothing, never as the other."""
    for word, wrong in ((one, other), (other, one)):
        if LEX.concept(word) is None:
            continue
        wrong_concept = LEX.concept(wrong)
        assert names(word) == [LEX.concept(word).name]  # type: ignore[union-attr]
        for typed in _slips(word):
            read = LEX.find(typed, typos=True)
            assert all(mention.concept is not wrong_concept for mention in read), typed


@given(st.sampled_from(DRUG_WORDS), st.data())
def test_a_slip_in_any_drug_is_that_drug_or_nothing(word: str, data: st.DataObject) -> None:
    """A corrected drug is always the drug that was one edit away."""
    typed = data.draw(st.sampled_from(sorted(_slips(word))))
    for mention in LEX.find(typed, typos=True):
        if mention.corrected:
            assert mention.concept is LEX.concept(word)


def test_ordinary_words_of_the_training_reports_are_not_corrected() -> None:
    """Read as a question, a report's own words yield no correction."""
    root = Path(__file__).parents[1]
    splits, reports = root / "eval/splits.yaml", root / "corpus/reports"
    if not splits.is_file() or not reports.is_dir():
        pytest.skip("the corpus is not part of this checkout")
    import yaml

    train = yaml.safe_load(splits.read_text(encoding="utf-8"))["train"]
    files = [reports / f"{one}.md" for one in train if (reports / f"{one}.md").is_file()]
    read = [LEX.find(file.read_text(encoding="utf-8"), typos=True) for file in files]
    assert sum(len(one) for one in read) > 1000
    assert {one.text for found in read for one in found if one.corrected} == set()


def test_expansion_gives_other_wordings_in_the_order_of_the_question() -> None:
    """The text itself is not among its other wordings; a repeat is named once."""
    found = LEX.expand("Does ivig help JDM when IVIG failed?")
    assert [one.text for one in found] == ["ivig", "JDM"]
    assert found[0].terms[0] == "intravenous immunoglobulin"
    assert "Privigen" in found[0].terms
    assert "ivig" not in [term.lower() for term in found[0].terms]
    assert found == LEX.expand("Does ivig help JDM when IVIG failed?")


def test_an_empty_question_expands_to_nothing() -> None:
    """Nothing typed is nothing understood."""
    assert LEX.expand("") == () == LEX.find(" \n")


@pytest.mark.parametrize(
    ("name", "below"),
    [
        ("JAK inhibitor", "tofacitinib"),
        ("corticosteroid", "prednisolone"),
        ("calcineurin inhibitor", "tacrolimus"),
        ("antimalarial", "quinacrine"),
        ("myositis-specific antibody", "anti-Jo-1"),
        ("immunosuppressant", "ciclosporin"),
        ("immune checkpoint inhibitor", "nivolumab"),
        ("malignancy", "ovarian cancer"),
    ],
)
def test_narrower_reaches_all_the_way_down(name: str, below: str) -> None:
    """A class includes what its subclasses include, and not itself."""
    assert below in LEX.narrower(name)
    assert name not in LEX.narrower(name)
    assert LEX.narrower("no such class") == ()


def test_kinds_partition_the_concepts() -> None:
    """Each concept has one of the kinds; names are unique over all of them."""
    assert tuple(one for kind in KINDS for one in LEX.concepts(kind)) == LEX.concepts()
    assert len({one.name for one in LEX.concepts()}) == len(LEX.concepts())
    assert LEX.concepts("no such kind") == ()


BROKEN = {
    "unknown key": ("- name: a1\n  synonym: [b1]\n", "synonym"),
    "unknown broader": ("- name: a1\n  broader: [nothing]\n", "nothing"),
    "name twice": ("- name: a1\n- name: a1\n", "a1"),
    "wording of two": ("- name: aa\n  synonyms: [IVIG]\n- name: bb\n  lay: [iv-ig]\n", "iv-ig"),
    "wording of two by plural": ("- name: ulcer\n- name: ulcers\n", "ulcer"),
    "wording twice": ("- name: aa\n  synonyms: [bb, bb]\n", "bb"),
    "circle": ("- name: aa\n  broader: [bb]\n- name: bb\n  broader: [aa]\n", "circle"),
    "no name": ("- synonyms: [aa]\n", "name"),
    "boolean": ("- name: aa\n  synonyms: [no]\n", "quote"),
    "not a list": ("name: aa\n", "list"),
    "no YAML": ("- [", "YAML"),
    "wordless": ("- name: '--'\n", "--"),
}


@pytest.mark.parametrize(("text", "said"), BROKEN.values(), ids=BROKEN)
def test_a_contradiction_stops_the_load(tmp_path: Path, text: str, said: str) -> None:
    """A vocabulary that contradicts itself is refused with the place of the fault."""
    (tmp_path / "drugs.yaml").write_text(text, encoding="utf-8")
    with pytest.raises(LexiconError, match=said):
        Lexicon(entries.read(tmp_path))
    assert issubclass(LexiconError, CasebookError)


def test_brands_belong_to_drugs(tmp_path: Path) -> None:
    """A sign with a brand is a slip of the editor."""
    (tmp_path / "signs.yaml").write_text("- name: aa\n  brands: [bb]\n", encoding="utf-8")
    with pytest.raises(LexiconError, match="brands"):
        entries.read(tmp_path)


def test_a_lexicon_of_two_entries_works_alone() -> None:
    """The class does not depend on the shipped files."""
    small = Lexicon([Concept("aspirin", "drug", ("aspirin", "ASA")), Concept("x", "sign", ("x",))])
    assert [one.concept.name for one in small.find("ASA, x")] == ["aspirin", "x"]


@pytest.mark.parametrize(
    "text",
    ["anti " * 20_000, "a" * 100_000, "anti-" * 20_000, "s/p" * 30_000, "MDA5 " * 20_000],
    ids=["words", "one word", "hyphens", "slashes", "mentions"],
)
def test_a_hostile_text_is_read_in_bounded_time(text: str) -> None:
    """No text makes the search run away (some 0.1 s here; the bound is for slow machines)."""
    before = time.perf_counter()
    LEX.find(text, typos=True)
    assert time.perf_counter() - before < 5


def test_import_loads_neither_the_data_nor_rapidfuzz() -> None:
    """Importing the lexicon stays light; the typo library comes with the first question."""
    code = "import sys, rag.lexicon; rag.lexicon.lexicon(); sys.exit('rapidfuzz' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_the_lexicon_is_loaded_once() -> None:
    """Every caller shares one vocabulary."""
    assert lexicon() is lexicon()


def _slips(word: str) -> set[str]:
    letters = "abcdefghijklmnopqrstuvwxyz"
    pairs = [(word[:i], word[i:]) for i in range(len(word) + 1)]
    slips = {a + b[1:] for a, b in pairs if b}
    slips |= {a + b[1] + b[0] + b[2:] for a, b in pairs if len(b) > 1}
    slips |= {a + c + b[1:] for a, b in pairs if b for c in letters}
    slips |= {a + c + b for a, b in pairs for c in letters}
    return slips - {word}


@pytest.mark.parametrize(
    ("words", "kinds", "expected"),
    [
        ("skin ulcers", ("sign",), "skin ulcer"),
        ("painful skin ulcers", ("sign",), None),
        ("skin ulcers", ("drug", "laboratory"), None),
        ("rituxmab", ("sign", "drug"), "rituximab"),
        ("IVIG and rituximab", ("drug",), None),
        ("", ("drug",), None),
    ],
)
def test_words_that_name_one_thing_alone(words, kinds, expected):
    """Misspelt or not; what stands beside it narrows it, and then it is not that thing."""
    found = lexicon().named_alone(words, *kinds)
    assert (found and found.name) == expected
