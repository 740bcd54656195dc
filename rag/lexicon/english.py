"""English words that would be taken for abbreviations, and how those are told apart."""

from __future__ import annotations

import re

# Also abbreviations of the lexicon, or likely ones: alone they count in capitals only.
_ALSO_ABBREVIATIONS = """
    a act ad add ads age aid aids aim air all am and ant any arm art as ask asp ass at bad bag
    bar bat be bed bib bit box boy but by cam can cap car cart cat coma cop cot cow cry cup
    cut dad dam day den die dim dip do dog dot dress dry due ear eat egg end era eye fad fan
    far fat fees few fig fin fit fix flu fly for fun gap gas get gin got gum gut had ham has
    hat he hen her hid him hip his hit hot how i ice if ill im in ink ire is it its jar jaw
    job joy key kid la lab lap law lay led leg let lid lie lip lit log lot low mac mad man map
    mat may me men met mid mix mob mom mop mr mrs ms mud my net new no nor not now nut of off
    oh oil old on one or our out own pad pan pat pay pea peg pen pet pie pin pit pm pop pot
    pro put ran rat raw red rid rim rob rod row rub run sad sap sat saw say sea see set she
    ship sip sir sis sit six so sob son spa stir sue sum sun tab tan tap tax tea ten the tie
    tin tip tips to toe ton too top toy try two up us use van vet via war was way we wet who
    why win wit won yes yet you zip
"""
ENGLISH = frozenset(_ALSO_ABBREVIATIONS.split())

# Too common to be worth a mention; only their abbreviations ("w/o") are found.
SILENT = frozenset({"with", "without", "within", "versus"})


def only_in_capitals(key: str, term: str) -> bool:
    """Says whether a wording must stand in capitals, for small letters spell an English word."""
    return key in ENGLISH and term != term.lower()


def stands_as_abbreviation(text: str, term: str) -> bool:
    """Says whether `text` is in capitals, written as `term` is, or dotted; a plural s is free."""
    core = re.sub(r"\W?s$", "", text)
    return core.isupper() or core == term or "." in text
