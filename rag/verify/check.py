"""An answer, its citations and the reports → a verdict per sentence: the verification spine.

For each sentence, for each part of it that rests on its own markers: the cited spans exist, what
is quoted is verbatim, and every number, name, sex, patient, negation and outcome of the part is in
its spans. What cannot be checked by rule (a causal claim, a summary) passes when enough of its
words are in the spans. What rules flag on weak grounds, `support` may let stand, as it is or with a
remark ('partly').
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

from rag.schema import Citation, Report
from rag.verify.claims import Claim, Part, claims
from rag.verify.consistent import check_consistent
from rag.verify.contrary import check_contrary
from rag.verify.dangling import check_dangling
from rag.verify.denied import check_negation
from rag.verify.ellipsis import completed
from rag.verify.emphatic import check_emphasis
from rag.verify.facts import check_dates, check_names
from rag.verify.figures import check_figures
from rag.verify.given import check_given
from rag.verify.grounds import Grounds, grounds, missing
from rag.verify.likeness import Likeness
from rag.verify.opposites import check_moves, check_poles
from rag.verify.order import check_order
from rag.verify.quotes import is_verbatim, quotations
from rag.verify.repeated import check_repeated
from rag.verify.revealed import check_revealed
from rag.verify.reworded import rewordings
from rag.verify.roles import check_roles
from rag.verify.sense import check_caution, coverage
from rag.verify.support import Support, is_of_words, is_weak
from rag.verify.turned import with_denials, without_denials
from rag.verify.unlicensed import check_unlicensed
from rag.verify.verdict import Reason, SentenceVerdict, Verdict
from rag.verify.whom import check_people
from rag.verify.words import words

LEAST_COVERED = 0.34
"""The least share of a claim's words, names and numbers that its spans must speak of. Chosen on
the development part of eval/verification: true paraphrases lie above, spans of other reports
below."""

SURELY_COVERED = 0.55
LEAST_SHARED = 0.0
LEAST_ALIKE = 0.3
SURELY_ALIKE = 0.45
"""Between `LEAST_SHARED` and `SURELY_COVERED` the encoder decides, where there is one: a claim
with few of the words must be `SURELY_ALIKE`, one with more `LEAST_ALIKE`. Cosines of the encoder
that reads (`SentenceEncoder.reading`) on the development part: of claims with spans of other
reports (16,598 pairs) 3% reach the one and 0.4% the other, of true paraphrases with few shared
words (38) 74% the other."""

CHECKS = (
    check_figures,
    check_repeated,
    check_consistent,
    check_roles,
    check_names,
    check_dates,
)
"""Of what a claim names and counts; what it denies and how it went is checked besides."""

_SHORT_QUOTATION = 3  # words

_NAMED = 4  # words in a remark, at most

# 'Casebook digest of Ogawa 2017 (from the abstract), patient 2: ': who says it, put before a line.
_LEAD_IN = re.compile(r"^\s*(?:Casebook digest of\s)[^:]{0,160}:\s")


def verify(
    answer: str,
    citations: Sequence[Citation],
    reports: Mapping[str, Report],
    support: Support | None = None,
    likeness: Likeness | None = None,
) -> tuple[SentenceVerdict, ...]:
    """The verdicts on the sentences of an answer, in order; headings have none.

    `reports` must hold the reports that the citations name; a span that is not there is a reason,
    not an error. Nothing is asked of a network. `support` and `likeness` are models on this
    machine: the one may let stand what is flagged for its words alone, the other says of words
    that the spans do not have whether they mean the same.
    """
    numbered = {citation.number: citation for citation in citations}
    return tuple(
        _verdict(answer, claim, numbered, reports, support, likeness) for claim in claims(answer)
    )


def _verdict(
    answer: str,
    claim: Claim,
    citations: Mapping[int, Citation],
    reports: Mapping[str, Report],
    support: Support | None,
    likeness: Likeness | None,
) -> SentenceVerdict:
    cited = tuple(dict.fromkeys(n for part in claim.parts for n in part.cited))
    if not cited:
        return SentenceVerdict(claim.start, claim.end, "uncited")
    reasons = tuple(
        reason
        for part in claim.parts
        for reason in _part_reasons(answer, part, citations, reports, support, likeness)
    )
    if claim.borrowed and reasons:
        return SentenceVerdict(claim.start, claim.end, "uncited")
    verdict: Verdict = "supported" if not reasons else "unsupported"
    if reasons and all(reason.remark for reason in reasons):
        verdict = "partly"
    return SentenceVerdict(claim.start, claim.end, verdict, cited, reasons, claim.borrowed)


def _part_reasons(
    answer: str,
    part: Part,
    citations: Mapping[int, Citation],
    reports: Mapping[str, Report],
    support: Support | None,
    likeness: Likeness | None,
) -> Iterator[Reason]:
    """Why one part is not supported, in the places of the answer."""
    held: list[Citation] = []
    for number in part.cited:
        citation = citations.get(number)
        wrong = f"there is no [{number}]" if citation is None else missing(citation, reports)
        if wrong:
            yield Reason("citation", wrong, part.start, part.end)
        elif citation is not None:
            held.append(citation)
    if not held:
        return
    raw = answer[part.start : part.end]
    text = re.sub(r"\s", " ", raw)
    for reason in part_reasons(text, grounds(held, reports), support, likeness):
        start, end = part.start + reason.start, part.start + reason.end
        yield Reason(reason.kind, reason.text, start, end, reason.remark)


def part_reasons(
    text: str,
    proof: Grounds,
    support: Support | None = None,
    likeness: Likeness | None = None,
) -> tuple[Reason, ...]:
    """Why a text is not supported by its grounds; places count from its first character."""
    found: list[Reason] = []
    own = text  # without what is quoted word for word: of that, no outcome can be wrong
    for quotation in quotations(text):
        if is_verbatim(quotation.text, proof.quotes):
            if len(quotation.text.split()) > _SHORT_QUOTATION:
                own = own[: quotation.start] + " " * len(quotation.text) + own[quotation.end :]
        else:
            message = f"{quotation.text!r} does not stand so in {proof.place}"
            found.append(Reason("quotation", message, quotation.start, quotation.end))
    lead = _LEAD_IN.match(text)
    claim = " " * lead.end() + text[lead.end() :] if lead else text
    found += check_people(text, proof)
    if not _verbatim(claim, proof):
        said = own if own != text else claim
        for check in CHECKS:
            found += check(said, proof)
        found += check_caution(text, proof) if own == text else ()
        found += _sense_reasons(said, proof)
        share = coverage(claim, proof)
        if not _speaks_of(share, claim, proof, likeness):
            message = f"{proof.place} does not speak of this ({share:.0%} of it is there)"
            found.append(Reason("content", message, 0, len(text.rstrip())))
    if support is None or not is_weak(found):
        return tuple(found)
    standing = support(text, proof)
    if standing == "supported":
        return ()
    if standing == "partly" and is_of_words(found):
        return (_remark(text, proof),)
    return tuple(found)


def _remark(text: str, proof: Grounds) -> Reason:
    """What was checked of a claim whose words its spans do not have, and what was not."""
    theirs = {w.stem for w in words(proof.text)}
    strange = dict.fromkeys(w.text for w in words(text) if w.telling and w.stem not in theirs)
    named = ", ".join(repr(word) for word in [*strange][:_NAMED]) or "its words"
    message = f"figures, drugs and denials agree with {proof.place}; not found there: {named}"
    return Reason("content", message, 0, len(text.rstrip()), remark=True)


SENSES = (
    check_negation,
    check_given,
    check_revealed,
    check_contrary,
    check_emphasis,
    check_unlicensed,
    check_dangling,
    check_poles,
    check_moves,
    check_order,
)
"""Of what a claim denies, what it says was done, and how it went."""


def _sense_reasons(said: str, proof: Grounds) -> list[Reason]:
    """What is wrong with the sense of a claim, or of what it leaves out put back in, if that is
    less: 'tacrolimus was not' may be 'tacrolimus was not dropped'. Nothing, where it is right in
    other words for the same.
    """
    found = _senses(said, proof)
    full = completed(said)
    if found and full != said:
        found = min(found, _senses(full, proof), key=len)
    found = found or list(_undecided(full, proof))
    for other in rewordings(said, proof.text) if found else ():
        if not _senses(other, proof) and not list(_undecided(other, proof)):
            return []
    return found


def _senses(said: str, proof: Grounds) -> list[Reason]:
    return [reason for sense in SENSES for reason in sense(said, proof)]


def _undecided(said: str, proof: Grounds) -> Iterator[Reason]:
    """A reason for each 'not' that may as well be left out, as far as rules can tell."""
    for affirmed, start, end in without_denials(said, completed(proof.text)):
        if not _senses(affirmed, proof):
            message = _open(proof, said[start:end].strip())
            yield Reason("negation", message, start, end)
    for denied, start, end in with_denials(said, proof.text):
        if not _senses(denied, proof):
            message = _open(proof, said[start:end])
            yield Reason("negation", message, start, end)


def _open(proof: Grounds, word: str) -> str:
    """A sentence and its contrary look alike to rules: what to tell of it."""
    return f"cannot be told from {proof.place}: whether this is so or not ({word!r})"


def _speaks_of(share: float, claim: str, proof: Grounds, likeness: Likeness | None) -> bool:
    """Whether the spans speak of a claim at all, by its words and, where these leave it open, by
    its meaning.
    """
    if likeness is None or not LEAST_SHARED <= share < SURELY_COVERED:
        return share >= LEAST_COVERED
    meant = likeness(claim.strip(" ,;."), proof.quotes)
    return meant >= (LEAST_ALIKE if share >= LEAST_COVERED else SURELY_ALIKE)


def _verbatim(claim: str, proof: Grounds) -> bool:
    """Whether the claim is a cited sentence as it stands: nothing in it can be wrong."""
    said = " ".join(claim.split()).strip("\"'“” .")
    return bool(said) and any(said == quote.strip("\"'“” .") for quote in proof.quotes)
