"""'Side effects of rituximab?', 'prognosis of MDA5 ILD?' → the same, asked of all patients.

Whoever asks about a drug or a condition in general is answered by who was given it, or had it, and
what became of them, not by the one sentence that is nearest. Nothing may single out a report: 'Did
dapsone help the rash?' is about a patient, and is read.
"""
# ruff: noqa: E501  (a table of patterns reads best one pattern to the line)

from __future__ import annotations

import re

from rag.lexicon import lexicon
from rag.reader.question.asked_in_general import named_in, words_beside
from rag.reader.question.of_group import group_asked
from rag.reader.question.out_of_scope import asks_for_advice
from rag.topics.topic import topic_of

_DRUG = r"(?P<drug>[\w/+αβγ-]+(?: [\w/+-]+){0,3}?)"
_DISEASE = r"(?: (?:in|for|against) (?:adult |patients with |people with )?(?:dermatomyositis|dm))?"
_MATTER = r"(?:(?: treating)?(?: (?:in|for|against|with|on))(?: patients with| people with| treating)? (?P<of>[\w'-]+(?: [\w'-]+){0,3}?))?"
_DRUGS = r"[\w/+αβγ-]+(?:,? (?:and |or |& |plus )?[\w/+-]+){0,7}?"
_HARM = r"(?:side[- ]?effects?|adverse (?:events?|effects?|reactions?)|(?:drug )?toxicit(?:y|ies)|aes|s/e)"
_WHICH = r"(?:(?:what|which)(?: (?:are|were|is))? |any |list )?(?:the )?(?:known |reported |common |main |possible |usual |typical )*"
# 'Going by all the reports' says of whom it is asked.
_END = (
    r"(?:,? (?:going by|according to|judging by|based on|across|in|over) (?:all )?(?:of )?(?:the |these |those |your )?"
    r"(?:reports|cases|papers|literature)(?: (?:here|overall|together))?)?\s*[?.!]*$"
)
_SKIN = r"(?:rash(?:es)?|skin(?: (?:disease|lesions|rash(?:es)?|signs|involvement))?)"
_USE = r"(?:effective|helpful|useful|beneficial|successful|any good|worthwhile|of (?:any )?(?:use|benefit|value|help))"

_HARMED = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        rf"^{_WHICH}{_HARM} (?:of|with|on|from|to|under|during|after) {_DRUG}(?: (?:treatment|therapy))?{_DISEASE}{_END}",
        rf"^{_DRUG}(?:[:,]| [-–])? {_HARM}{_DISEASE}{_END}",
        rf"^(?:is|are|how) (?:safe (?:is|are) )?{_DRUG} (?:safe|toxic|harmful|dangerous|well[- ]tolerated)(?: to (?:give|use))?{_MATTER}{_END}",
        rf"^how (?:safe|toxic|well[- ]tolerated) (?:is|are) {_DRUG}{_DISEASE}{_END}",
        rf"^(?:does|do|can) {_DRUG} (?:cause|have|produce) (?:any )?{_HARM}{_DISEASE}{_END}",
    )
)
_HELPED = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        rf"^(?:is|are) {_DRUG} (?:\w+ )?{_USE}{_MATTER}{_END}",
        rf"^how (?:well|effective|good|useful|helpful) (?:does|do|is|are) {_DRUG}(?: work| help)?{_MATTER}{_END}",
        rf"^(?:does|do) {_DRUG} (?:\w+ly )?(?:work|help){_MATTER}{_END}",
        rf"^(?:does|do) {_DRUG} (?:\w+ly )?(?:help|improve|clear(?: up)?) (?:the )?(?P<of>{_SKIN}){_END}",
        rf"^(?P<of>[\w'-]+(?: [\w'-]+){{0,3}}?){_DISEASE}[,:;–-]+ (?:does|do|did|will|can|has|have) {_DRUG} (?:\w+ly )?(?:ever )?(?:help|work|improve it|helped|worked)(?: it| them)?{_END}",
        rf"^(?:what is the )?(?:efficacy|effectiveness|success) of {_DRUG}{_MATTER}{_END}",
        rf"^{_DRUG} (?:efficacy|effectiveness){_MATTER}{_END}",
        rf"^(?:what(?:'s| is)?|is there|how (?:good|strong) is|summari[sz]e|sum up|review)? ?(?:the |any )?(?:clinical |published |good |current )?evidence (?:for|of|on|behind)(?: (?:using|giving|the use of))? {_DRUG}{_MATTER}{_END}",
        # Past tense singles out a report as soon as it says of what: 'did dapsone help the rash?'
        rf"^(?:was|were|has|have) {_DRUG} (?:been )?(?:\w+ly |ever |at all )*{_USE}(?P<of>(?!x)x)?{_END}",
        rf"^did {_DRUG} (?:ever |really |actually )?(?:help|work|do any good)(?P<of>(?!x)x)?{_END}",
        rf"^(?:is there )?(?:any )?evidence that {_DRUG} (?:\w+ly )?(?:works?|helps?){_MATTER}{_END}",
    )
)
_MOST = r"(?:most (?:often|commonly|frequently|widely)? ?(?:used|given|prescribed|tried|common|frequent|popular|usual)|commonest)"
_MOST_USED = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        rf"^(?:what|which)?(?:'s| is| are| was| were)? ?(?:the )?{_MOST} (?:drugs?|treatments?|therap(?:y|ies)|medications?|medicines?) (?:for|in|against|with|on|to treat) (?P<of>[^?]+?){_END}",
        rf"^(?:what|which) (?:drugs?|treatments?|therap(?:y|ies)|medications?|medicines?) (?:is|are|was|were) (?:used |given )?{_MOST}(?: used| given)? (?:for|in|against|with|on) (?P<of>[^?]+?){_END}",
        rf"^(?:what|which) (?:drugs?|treatments?|medications?) (?:is|are|was|were) (?:used|given|prescribed|tried) (?:the )?most(?: often| commonly| frequently)? (?:for|in|against|with|on) (?P<of>[^?]+?){_END}",
    )
)
_THE_SKIN = re.compile(rf"(?:the )?{_SKIN}", re.IGNORECASE)
_FAILED = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        rf"^(?:what(?:'s| is| are)? )?(?:the )?(?:treatment |therapeutic |rescue )?(?:options?|alternatives?|next step|second[- ]line|what next|what else|what to (?:give|try|use))(?: (?:treatments?|therapy|therapies|drugs?))?(?: are there| is there| (?:left|available))? (?:when|if|after|once|for|in) (?P<drugs>{_DRUGS}) (?:all |both |have |has |had )*(?:fail(?:s|ed|ing)?|(?:did not|didn't|does not|doesn't|not) (?:work|help)(?:ed|ing)?|stop(?:s|ped)? working|failures?){_END}",
        rf"^(?P<drugs>{_DRUGS}) (?:all |both |has |have |had )*(?:fail(?:s|ed|ure)?|didn't work|did not work)[,;:.–-]* *(?:-+ *)?(?:what (?:next|then|now|else)|(?:any |other )?(?:options?|alternatives?)){_END}",
    )
)
_TREATMENT = r"(?:treatments?|therap(?:y|ies)|management|rx|tx|options|remed(?:y|ies)|drugs?|medications?|medicines?)"
# Which is the best nobody counts; what was given, and how it went, is told.
_BEST = r"(?:best|first[- ]line|second[- ]line|1st[- ]line|2nd[- ]line|standard|preferred|ideal|optimal|recommended|usual|reported|possible|available|effective|common|typical|current)"
_WORKED = r"(?:[ ,:–-]+(?:what|which|any(?:thing)?)(?: of (?:it|them|these))? (?:has |have |ever )?(?:works?|worked|helps?|helped))?"
_SIGN = rf"(?P<sign>[\w'-]+(?: [\w'-]+){{0,3}}?){_DISEASE}{_WORKED}"
_TREATED = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        rf"^(?:what(?:'s| is| are)? |which |any |list )*(?:the )?(?:{_BEST} )*{_TREATMENT}(?: options| tried| used| given)? (?:of|for|against|in) (?:the )?{_SIGN}{_END}",
        rf"^how (?:is|are) (?:the )?{_SIGN} (?:best |usually |commonly )*(?:treated|managed){_END}",
        rf"^how (?:to|do (?:you|i|we)|can (?:you|i|we|one)|does one) (?:best )?(?:treat|manage) (?:the |a )?{_SIGN}{_END}",
        rf"^what (?:helps?|works?) (?:for|in|against|with) (?:the )?{_SIGN}{_END}",
        rf"^(?P<sign>[\w'-]+(?: [\w'-]+){{0,3}}?){_DISEASE}[ ,:;–-]+(?:what|which|anything)(?: (?:drugs?|treatments?))? (?:helps?|works?|to (?:give|do|try|use)){_END}",
        rf"^(?P<sign>[\w'-]+(?: [\w'-]+){{0,3}}?) {_TREATMENT}{_DISEASE}{_END}",
    )
)
_WITHOUT = re.compile(
    rf"^(?P<sign>[^?:,]+?) (?:without|with no|but no) (?:any |clinical )?(?P<none>[^?:,]+?){_END}",
    re.IGNORECASE,
)
_DEATHS = r"(?:mortality|death rate|(?:case )?fatality)(?: rate)?"
_WHO_DIED = re.compile(
    r"^(?:who|which patients|any(?:one|body)) (?:has |have )?died(?: and (?:why|how|when|what of|of what))?[?.!]*$",
    re.IGNORECASE,
)
_FATAL = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        rf"^(?:what(?:['’]?s| is| was)? )?(?:the )?(?:overall |reported )?{_DEATHS} (?:of|in|for|with|from) (?P<of>[^?]+?){_END}",
        rf"^(?P<of>[^?:,]+?)[:,]? {_DEATHS}{_END}",
    )
)
_DISEASE_ALONE = re.compile(
    r"(?:adult )?(?:dermatomyositis|dm|patients|people|adults)", re.IGNORECASE
)


def asked_of_patients(question: str) -> str:
    """A question about a drug or a condition in general as one about the patients who had it.

    Any other question as it is.
    """
    text = " ".join(question.split())
    if asks_for_advice(text):
        return question
    if named := _named_together(text):
        return named
    for patterns, of_patients in _WORDINGS:
        for pattern in patterns:
            if (found := pattern.match(text)) and (said := of_patients(found)):
                return said
    return _asked_of_whoever(text) or question


_OUTCOME = frozenset(
    """outcome outcomes result results response responses effect effects efficacy effective
    effectiveness benefit benefits success work works help helps helpful useful experience""".split()  # noqa: SIM905
)
_GIVING = frozenset(
    """treatment treatments treat treated treating therapy therapies management managed manage
    option options remedy remedies drugs medication medications medicines tried""".split()  # noqa: SIM905
)
_OF_ANYBODY = frozenset(
    """what which how is are s the an a any of in for with on to and patients people dm using use
    used given has have been can be there does do when""".split()  # noqa: SIM905
)


def _asked_of_whoever(text: str) -> str:
    """'Dysphagia treated with IVIG outcome', 'calcinosis treatment options': names, and words that
    ask what was given, or how it went, of nobody in particular; '' for anything else.
    """
    named = named_in(text)
    drugs = dict.fromkeys(m.text for m in named if m.concept.kind == "drug")
    had = dict.fromkeys(
        m.text for m in named if m.concept.kind != "drug" and not _DISEASE_ALONE.fullmatch(m.text)
    )
    words = words_beside(text, named)
    if words is None or words - _OUTCOME - _GIVING - _OF_ANYBODY:
        return ""
    whom = f" with {' and '.join(had)}" if had else ""
    if len(drugs) == 1 and words & _OUTCOME:
        return f"How did patients{whom} given {next(iter(drugs))} respond?"
    if had and not drugs and words & _GIVING and not words & _OUTCOME:
        return f"Which treatments were given to patients{whom}?"
    return ""


def _harmed(found: re.Match[str]) -> str:
    of = found.groupdict().get("of")
    if of and group_asked(f"in {of}"):
        return ""  # children, pregnancy: reports that speak of them are read
    whom = f" with {of}" if of and not _DISEASE_ALONE.fullmatch(of) else ""
    return f"Which patients{whom} given {found['drug']} had adverse events?"


def _helped(found: re.Match[str]) -> str:
    of = found["of"]
    if of and _THE_SKIN.fullmatch(of):
        of = "skin disease"  # whatever the rash of each of them was
    whom = f" with {of}" if of and not _DISEASE_ALONE.fullmatch(of) else ""
    return f"How did patients{whom} given {found['drug']} respond?"


def _most_used(found: re.Match[str]) -> str:
    # They are listed with the most used first.
    return f"Which treatments were given to patients with {found['of']}?"


def _treated(found: re.Match[str]) -> str:
    sign = found["sign"]
    kinds = {m.concept.kind for m in lexicon().find(sign, typos=True)}
    told = _all_known(sign) and kinds <= {"sign", "subtype"} and not _DISEASE_ALONE.fullmatch(sign)
    return f"Which treatments were given to patients with {sign}?" if told else ""


def _died(found: re.Match[str]) -> str:
    return f"How many patients with {found['of']} died?" if _all_known(found["of"]) else ""


def _all_known(words: str) -> bool:
    """Whether words name conditions and nothing else.

    A word that is no condition ('lung transplant on ECMO day 31') singles out a report.
    """
    known = [m for m in lexicon().find(words, typos=True) if m.concept.kind != "shorthand"]
    rest = (" " if any(m.start <= n < m.end for m in known) else c for n, c in enumerate(words))
    return bool(known) and not "".join(rest).strip(" -/&+")


def _lacking(found: re.Match[str]) -> str:
    if not (_all_known(found["sign"]) and _all_known(found["none"])):
        return ""
    return f"Which patients had {found['sign']} without {found['none']}?"


def _named_together(text: str) -> str:
    """'Tofacitinib MDA5', 'rituximab in JDM', no more said: how whoever it was given to fared.

    A drug with a sign may be what it was given for, or what came of it: `rag.topics` tells of both.
    """
    topic = topic_of(text)
    named = [lexicon().concept(item.said) for item in topic.items] if topic else []
    drugs = [one.name for one in named if one and one.kind == "drug"]
    others = [one for one in named if one and one.kind != "drug"]
    forms = [one for one in others if one.kind in ("antibody", "subtype")]
    if not drugs or not forms or None in named:
        return ""
    had = " and ".join(one.name for one in others)
    return f"How did patients with {had} given {' and '.join(drugs)} respond?"


def _failed(found: re.Match[str]) -> str:
    return f"Which treatments were given after {found['drugs']} failed?"


_WHICH_ONE = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        rf"^(?:which|what) patient (?P<did>had|has|got|received|took|was given|was on|was treated with) (?P<of>[^?]+?){_END}",
    )
)
_OUTLOOK = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        rf"^(?:what(?:['’]?s| is)? )?(?:the )?(?:prognosis|outlook)(?: like)? (?:of|in|for|with) (?P<of>[^?]+?){_END}",
        rf"^(?P<of>[^?:,]+?)[:,]? (?:prognosis|outlook){_END}",
    )
)


def _all_dead(found: re.Match[str]) -> str:
    return "Which patients died?"


def _fared(found: re.Match[str]) -> str:
    return f"How did patients with {found['of']} do?" if _all_known(found["of"]) else ""


def _who_had(found: re.Match[str]) -> str:
    did = found["did"].replace("was", "were").replace("has", "had")
    return f"Which patients {did} {found['of']}?" if _all_known(found["of"]) else ""


_WORDINGS = (
    (_HARMED, _harmed),
    (_HELPED, _helped),
    (_MOST_USED, _most_used),
    (_TREATED, _treated),
    ((_WITHOUT,), _lacking),
    (_FAILED, _failed),
    (_FATAL, _died),
    ((_WHO_DIED,), _all_dead),
    (_OUTLOOK, _fared),
    (_WHICH_ONE, _who_had),
)
"""Wordings of a question in general, and what each makes of a match; '' for none after all."""
