"""Letters in, whole sentences out: the same sentences whatever the pieces were."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.llm.neutral import neutral, plain_characters
from rag.llm.sentences import Group, Splitter

TEXT = (
    "He was given 2 g/kg daily. [1] It helped, e.g. the ulcers healed [2]. He walked again. "
    "She did not [1][3].\nA new line begins. It has no mark.\n\n## A heading\n- An item [2]\n"
    'He said "It fell. It rose." [1] The last'
)


def groups(text: str, size: int, *, truncated: bool = False) -> list[Group]:
    splitter = Splitter()
    found = []
    for at in range(0, len(text), size):
        found += splitter.feed(text[at : at + size])
    return found + splitter.end(truncated=truncated)


@pytest.mark.parametrize("size", [1, 2, 3, 7, 20, 1000])
def test_the_pieces_do_not_matter(size):
    """A sentence ends with its marks; those without marks wait for the next marked one."""
    assert [g.text for g in groups(TEXT, size)] == [
        "He was given 2 g/kg daily. [1]",
        "It helped, e.g. the ulcers healed [2].",
        "He walked again. She did not [1][3].",
        "A new line begins. It has no mark.",
        "- An item [2]",
        'He said "It fell. It rose." [1]',
        "The last",
    ]


def test_lines_are_kept():
    """The first group of a line says that it opens it."""
    assert [g.opens_line for g in groups(TEXT, 5)] == [True, False, False, True, True, True, False]


def test_a_truncated_text_loses_what_it_had_begun():
    """The last sentence, unless it has ended."""
    assert groups(TEXT, 5, truncated=True)[-1].text == 'He said "It fell. It rose." [1]'
    assert groups("It fell [1].", 5, truncated=True)[-1].text == "It fell [1]."
    assert groups("It fell", 5, truncated=True) == []


def test_nothing_comes_before_it_is_whole():
    """A sentence is given when the next has begun: its mark may stand behind the full stop."""
    splitter = Splitter()
    assert splitter.feed("The ulcers healed. ") == []
    assert splitter.feed("[1] ") == []
    assert [g.text for g in splitter.feed("Then he went home ")] == ["The ulcers healed. [1]"]


@pytest.mark.parametrize("size", [1, 4, 1000])
@pytest.mark.parametrize("tag", ["think", "thinking"])
def test_thoughts_are_no_sentences(size, tag):
    """What a model thinks aloud first is left out; a '<' elsewhere is a letter."""
    text = f"<{tag}>What of [1]?\nHm. </{tag}>\nIt fell, p <0.05 [1]."
    assert [g.text for g in groups(text, size)] == ["It fell, p <0.05 [1]."]
    assert groups(f"<{tag}>and never ends", size) == []
    assert [g.text for g in groups("<5 mg was given [1].", size)] == ["<5 mg was given [1]."]


@given(st.text(alphabet=list('ab 1.[]\n<>"?é\u200b'), max_size=60), st.integers(1, 9))
def test_any_text_in_any_pieces(text, size):
    """At once or in pieces: the same words, in order."""
    one = " ".join(g.text for g in groups(text, size)).split()
    assert one == " ".join(g.text for g in groups(text, 1000)).split()


@pytest.mark.parametrize(
    ("raw", "plain"),
    [
        ("\uff16\uff10 \uff4d\uff47", "60 mg"),
        ("\u0666\u0660 mg", "60 mg"),
        ("\u301012\u3011", "[12]"),
        ("a\u200bb\u202ec\u00add\ufeff", "abcd"),
        ("mg/m\u00b2, \u00b5g, \u2264 5, na\u00efve, Sj\u00f6gren\u2019s", None),
        ("a\u00a0b\u2009c", "a b c"),
        ("a\u2028b", "a\nb"),
    ],
)
def test_letters_and_digits_are_the_usual_ones(raw, plain):
    """What looks like '60' is '60' for checking, too; accents, units and signs stay."""
    assert plain_characters(raw) == (raw if plain is None else plain)


@pytest.mark.parametrize(
    ("raw", "plain"),
    [
        ("It fell [1][2].", "It fell [1][2]."),
        ("It fell [1, 2], p<0.05 and CK >5000 U/l.", "It fell [1, 2], p<0.05 and CK >5000 U/l."),
        ("It fell [1](https://evil.example).", "It fell [1]."),
        ("![x](https://evil.example/p.png) It fell.", "x It fell."),
        ("See [the data](//evil.example) [1].", "See the data [1]."),
        ("**It** `fell` ~~not~~ [1].", "It fell not [1]."),
        ("<b>It</b> fell <img src=x onerror=y>[1].", "It fell [1]."),
        ("It fell [3\u2020source].", "It fell [3]."),
        ("At https://evil.example/a?b=c it fell.", "At (address removed) it fell."),
        ("javascript:alert(1) it fell", "(address removed) it fell"),
        ("Data: it fell. The ratio 1:2 and/or 3//4.", "Data: it fell. The ratio 1:2 and/or 3//4."),
        ("&lt;img src=x&gt;", "and lt;img src=xand gt;"),
    ],
)
def test_markup_is_taken_out_and_words_stay(raw, plain):
    """Marks and comparisons are kept, everything active goes."""
    assert neutral(raw) == plain


@given(st.text(alphabet=list("ab[]()<>!/:.h\"'`~*&;# 1"), max_size=40))
def test_nothing_active_is_left(text):
    """Whatever the letters, no tag, no image and no link with an address remains."""
    found = neutral(text)
    assert "](" not in found
    assert "![" not in found
    for at in range(len(found) - 1):
        assert not (found[at] == "<" and (found[at + 1].isalpha() or found[at + 1] in "/!?"))
