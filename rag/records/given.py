"""A drug in a sentence → whether the patient got it, and whether before the reported treatment.

A drug that was only discussed, planned, refused, forbidden, or given to somebody else is no
therapy of this patient.
"""
# ruff: noqa: E501  (a table of patterns reads best one pattern to the line)

from __future__ import annotations

import re

from rag.records.context import of_relative
from rag.records.record import Span

_CUT = re.compile(
    r"[;:]|,? \b(?:but|whereas|although|though|while|yet|because|since|which|who|whom|until|so that|so|when|"
    r"under which|with which|and then|whence|for which|after which|during which|that)\b"
    r"|, (?:and )?(?=(?:she|he|her|his|the|a|an|it|they|we|then|later)\b)|, as\b(?! (?:a|an|the|prophylaxis|adjuvant|well)\b)"
    r"|,? \band (?=(?:she|he|they|we|it|later|then|subsequently|finally)\b)"
    # 'azathioprine (2 mg/kg), methotrexate (contraindicated)': each with its own bracket
    r"|(?<=\)), (?=(?-i:[A-Z])?[\w-]+ \()"
    # 'prednisone 15 mg, IVIG refused': said of the second alone
    r"|, (?=[\w-]+ (?:refused|declined|withheld|stopped|discontinued|withdrawn|not (?:given|tolerated))\b)"
    r"|,? \band (?=(?:had )?(?:intended|planned|considered|proposed|refused|declined|hoped|meant|thought|wished|wanted|asked)\b)"
    r"|,? \band (?=(?:[\w-]+ ){1,4}?(?:was|were|had|did|has|rose|fell|improved|led|caused)\b)",
    re.IGNORECASE,
)
_NOT_DONE = (
    r"given|used|tried|taken|needed|required|started|considered|prescribed|available|obtainable|offered|"
    r"performed|done|administered|approved|possible|introduced|begun|employed|indicated|instituted|"
    r"attempted|accepted|allowed|permitted|licensed|affordable|necessary|undertaken|added|carried out|"
    r"warranted|pursued|an option|chosen|reimbursed|resorted to|ever given|ever used|ever prescribed"
)
# Said of a drug in its own clause, on either side: it was not given.
_WITHHELD = re.compile(
    r"\b(?:refus\w+|declined (?=by|it\b|§)|(?:he|she|patient|parents?|who|mother|family|was|were|had|been) (?:\w+ )?declined|declining|reject\w+|discussed|proposed|suggested|planned|intended|contemplated|"
    r"contra-?indicated|avoided|withheld|forbidden|unavailable|unaffordable|scheduled|cancelled|ruled out|"
    r"considered|requested|applied for|advised against|not considered|thought (?:unwise|unsafe|too)|"
    r"dispensed with|held (?:ready|in reserve)|kept in reserve|foregone|forgone|omitted|"
    r"is planned|are planned|is being considered|will (?:be|give|receive|start|try|use|add|consider|need)|would (?:\w+ly )?(?:be|have been)|pending|(?:guidelines?|authors|experts|reviews?) (?:now )?(?:recommend|suggest|advise|advocate)s?|unable to (?:take|have|receive|afford|tolerate)|"
    r"could not (?:be (?:given|used|obtained|started|tried|considered|taken)|take|have|afford|receive)"
    rf"|(?:not|never)(?: \w+){{0,2}}? (?:{_NOT_DONE})"
    r"|(?:did|do|does) not (?:give|use|try|take|receive|want|start|need|require|wish|employ|resort|prescribe)"
    r"|(?:has|have|had) not (?:yet )?(?:received|taken|had|used|tried)|had never (?:received|taken|had|used|tried)|"
    r"never (?:received|took|taken|used|had)|allerg\w+|hypersensitiv\w+ to|naive|declined by|wait(?:ed|ing) for|awaiting|thought of(?= but| and| +§|,|$)|(?:kept|held|borne) in mind|applied for|asked (?:about|for)|"
    r"under (?:consideration|discussion|review)|(?:patients|participants|subjects|children|adults) will (?:receive|take|get|be)|"
    r"(?:attempts?|efforts?) (?:at|to) (?:get(?:ting)?|obtain(?:ing)?|procur\w+|secur\w+|import\w*)\b[^.;]{0,60}\bfailed|(?:was|were|been) (?:only )?mentioned|turned down|left out|out of consideration|brought up|spoken of|never entered|(?:not|never) open to|being studied|under study|(?:on|off) the table|weighed up|debated|raised as|would not (?:hear of|agree|pay|cover|fund)|out of the question|put off|postponed|deferred|(?:has|have) been ordered|had been ordered|"
    r"talked (?:of|about|over)|entertained|set aside|decided not to|chose not to|opted (?:against|not)|reluctant|hesitated|(?:was|were) (?:ready|on hand|in reserve)|mooted"
    r"|offered|recommended|advised|hoped for|preferred not|asked not|not to be had|not funded|not delivered|"
    r"teratogenic|(?:felt|thought|deemed|judged|considered|believed|found) (?:to be )?(?:un\w+|inappropriate|too \w+|not \w+)|"
    r"(?:is|are|was|were) (?:not )?(?:an? )?(?:\w+ )?(?:options?|alternatives?|contra\w+)|(?:not|never)(?: been)? part of|unobtainable|out of stock|(?:is|are) (?:widely|often|commonly|usually|generally|sometimes|rarely|increasingly|frequently) \w+|"
    r"(?:our|the) next (?:choice|step|option)|(?:ruled|voted|decided) against|held back|not (?:an option|feasible)|"
    r"in (?:many|most|some|several) (?:centres|centers|countries|hospitals|units)|before the era of|had not (?:yet )?(?:been delivered|arrived)|too late)\b",
    re.IGNORECASE,
)
# These undo the list above: 'as had been planned, X was given', 'was offered and accepted'.
_AFTER_ALL = re.compile(
    r"\b(?:accepted|was (?:then |therefore |eventually |finally )?(?:given|started|begun|added|taken)|agreed|"
    r"(?:he|she) (?:then )?(?:received|took|started|accepted))\b|\bnot (?:been )?(?:increased|changed|altered)\b",
    re.IGNORECASE,
)
# Directly before the drug, with other drugs of a list between at most.
_WITHOUT = re.compile(
    r"\b(?:without|no(?: other| further| additional)?|neither|nor|never|instead of|rather than|in place of|"
    r"other than|not|avoid(?:ing)?|refus(?:ed|al of|ing)|declin(?:ed|ing)|allergic to|allergy to|"
    r"proposed|planned|considered|offered(?: (?:her|him))?|unlike|nor did (?:he|she) (?:take|receive)|as with|antibod\w+ to|"
    r"response to|preferred [\w -]{2,40} to|(?:before|in) the era of|candidate for|requests? for|applications? for|thoughts? of|interval of|use of|role of|alternative to|need(?:ed|ing)? for|free of|off|in contrast to|as opposed to|compared (?:to|with)|"
    r"(?:possibility|question|idea|prospect|option|merits?|risks?|benefits?) of|plans? (?:to|for)(?: (?:begin|start|give|use|add|try))?|(?:en|in)quir\w+ about|asked (?:about|for)|interest in)"
    r"(?:\s+(?:any|the|a|an|further|more|additional|systemic|oral|intravenous|topical|other|his|her|or|and|both))*\s*$",
    re.IGNORECASE,
)
# 'No exposure to statins, hydroxyurea or …' holds for the whole list.
_NO_USE = re.compile(
    r"(?:\b(?:(?:no|denied|denies|denying|without)(?: any)?(?: known| prior| previous| recent| current| regular)? "
    r"(?:exposure to|use of|using|taking|intake of|ingestion of|history of (?:use of|taking|exposure to)|treatment with))\b"
    r"|^(?:None|Neither|Not one|Nobody|No (?:one|patient|child|case))\b(?: [\w-]+){0,6}? (?:received|took|had|has|have|needed|required|got|given|treated with)\b)"
    r"(?:(?!\b(?:was|were|had|has|but|and (?:was|had))\b)[^.;:])*$",
    re.IGNORECASE,
)
_COMPOUND = re.compile(
    r"^(?:-| )?(?:induced|associated|related|sparing|dependent|resistant|refractory|naive|free|like|"
    r"responsive|psychosis|myopathy|pneumonitis|toxicity|level|levels|trough|dose-|allergy|intolerance|"
    r"signature|receptor|score|antibod\w+|resistance|gene|therapy was (?:discussed|refused|declined|considered))\b",
    re.IGNORECASE,
)
# The month of May is sure.
_UNSURE = re.compile(
    r"\b(?:(?-i:may)|might|should|would|could|can|if|whether|whenever)\b", re.IGNORECASE
)
_GIVING = re.compile(
    r"\b(?:given|gave|start\w*|begun|began|begin|received|receiv\w*|treat\w*|added|add\w*|took|taken|taking|"
    r"takes|prescrib\w*|administered|commenced|introduced|initiated|infus\w+|inject\w+|appl(?:ied|ying)|"
    r"switched|changed|replaced|raised|increased|reduced|tapered|lowered|stopped|withdrawn|discontinued|"
    r"abandoned|resumed|continued|combined|with|on|under|courses?|cycles|doses?|used|restarted|doubled|"
    r"halved|maintained|responded|put on|substituted|underwent|failed|tried|ineffective|helped|controlled|"
    r"remain\w*|despite|pulses?|chosen|put|instituted)\b",
    re.IGNORECASE,
)
PRIOR = re.compile(
    r"\b(?:had (?:been |previously |already |also |never )?(?!a\b|the\b|no\b)\w+(?:ed|en|un|ut|ought|aken|iven|ied|one|eft|ept)|"
    r"previous(?:ly)?|prior|before (?:referral|admission)|despite|failed|failure of|refractory to|resistant to|"
    r"unresponsive to|had failed|elsewhere|until then|at another|earlier|in the past|formerly|unaffected by|"
    r"had taken|had tried|had received|had had|unsuccessful\w*|up to then|for years|her family doctor|"
    r"general practitioner|no longer)\b",
    re.IGNORECASE,
)
"""Words that put a therapy before the reported one."""

FAILED = re.compile(
    r"\b(?:failed|failure of|refractory to|resistant to|unresponsive to|unsuccessful\w*|"
    r"(?:had|have|has|did) not (?:been )?(?:respond\w*|answer\w*|help\w*|improv\w*))\b",
    re.IGNORECASE,
)
"""Words that do so even where the reported one stands in the same sentence."""


# 'Rituximab was shelved': what was done to it, directly behind it and its dose.
_PASSIVE = re.compile(
    r"^(?: \([^)]*\)| [\d.]+ ?\S+(?: \w+){0,2}?)? (?:was|were|had been|has been) (?:\w+ly |both |all |then |therefore |also |again |first |soon |twice |once )*"
    r"(?P<done>(?!without|then|out\b|keen|often|even)[a-z]+(?:ed|en|un|ut|wn|id|ld|ght))\b"
)
# Said in the training texts of drugs that were given, and their like.
_DONE = re.compile(
    r"(?:re-?)?(?:given|start|add|tak|begun|prescrib|infus|inject|appli|us|tri|introduc|institut|initiat|commenc|administer|employ|"
    r"continu|maintain|repeat|reduc|taper|lower|withdrawn|stopp|discontinu|increas|resum|rais|halv|replac|follow|chosen|select|"
    r"chang|carri|abandon|end|interrupt|substitut|tolerat|restrict|cut|doubl|accept|complet|exchang|perform|escalat|wean|laid|rubb|"
    r"brought|switch|titrat|adjust|adapt|kept|swallow|inhal|put|combin|accompani|supplement|undertaken|instill|paint|smear|spread|"
    r"dropp|suspend|paus|terminat|renew|reinstat|complicat|restor|associat|blam|limit|credit|attribut|aim|dos|load|drawn|fed|"
    r"supersed|succeed|preced|borne|heed|step|scal|phas|mov|transfus|undergone|deliver|supplied|chew|suck|sipp|effect|conduct|found|held)(?:ed|en|d)?(?:ted)?",
    re.IGNORECASE,
)
# 'Retinoids normalize …', 'Vasodilators may help': what a drug does to anybody.
_IN_GENERAL = re.compile(
    r"^ (?:can|may) (?:\w+ )?be (?:given|used|tried|added|taken)\b"
    r"|^(?:,? (?:and|or) [\w-]+)? (?:(?:may|might|should) (?:not )?(?:be (?:tried|useful|considered|given|used|effective|helpful|of|an?|added|preferred)|help|work|offer|have|prevent|reduce|improve|cause|induce)"
    r"|(?:lower|reduce|impair|diminish|increase|inhibit|block|normali[sz]e|suppress|act|bind|deplete|prevent|modulate|interfere|neutrali[sz]e|deserve|merit|remain)s?)\b(?! (?:controlled|at|on|under|un\w+|in)\b)",
    re.IGNORECASE,
)

# 'Cimetidine 400 mg three times a day may reduce …'
_DOSED_IN_GENERAL = re.compile(
    r"^ \d[\d.,]* ?\S+(?: [\w-]+){0,4}? (?:may|might|can) (?:be|help|work|reduce|prevent|improve|lower|cause|offer)\b"
)

_NEAR = 1000
"""Characters before a drug in which its clause begins; a sentence may be as long as a page."""


def clause(sentence: str, start: int, end: int) -> Span:
    """The clause of ``sentence[start:end]``: from the last cut before it to the first behind it."""
    begin, stop = _main_or_side(sentence, start, end)
    for match in _CUT.finditer(sentence, max(0, start - _NEAR)):
        if match.end() <= start:
            begin = max(begin, match.end())
        # 'methotrexate and azathioprine were planned': what follows is said of both.
        elif match.start() > end + 1 and not _joins(sentence[begin : match.start()], match.group()):
            stop = min(stop, match.start())
            break
    return begin, stop


def _joins(before: str, cut: str) -> bool:
    """'Rituximab, X and Y were considered': an 'and' within the subject cuts nothing."""
    return bool(re.match(r",? ?and\b", cut)) and not _VERB.search(before)


_SIDE = re.compile(
    r"(?:Because|Since|As|Although|Though|While|Whereas|When|After|If|Once|Until)\b(?! (?:of|for|to|well)\b)"
)
_VERB = re.compile(
    r"\b(?:was|were|is|are|had|has|have|did|could|would|can|caused|led|gave|received|took|started|began|began|"
    r"underwent|improved|cleared|resolved|fell|rose|remained)\b"
)


def _main_or_side(sentence: str, start: int, end: int) -> Span:
    """The side clause that opens a sentence, or what follows it: 'Because X was unsafe, Y was given'."""
    if _SIDE.match(sentence):
        for comma in re.finditer(r",(?! (?:and|or|but|nor)\b)", sentence):
            before, after = sentence[: comma.start()], sentence[comma.end() :]
            if _VERB.search(before) and _VERB.search(after):
                if end <= comma.start():
                    return 0, comma.start()
                return (comma.end(), len(sentence)) if start >= comma.end() else (0, len(sentence))
    return 0, len(sentence)


def given(sentence: str, start: int, end: int) -> float:
    """How sure it is, from 0 to 1, that the patient got the drug at ``sentence[start:end]``.

    0 when the sentence says that it was not given, or says nothing of giving it to the patient.
    """
    begin, stop = clause(sentence, start, end)
    before, after = sentence[begin:start], sentence[end:stop]
    if _COMPOUND.match(sentence[end:]) or re.search(
        r"\b(?:anti|non)-$", sentence[max(0, start - 6) : start]
    ):
        return 0.0
    if of_relative(sentence, start) or _WITHOUT.search(before):
        return 0.0
    if _NO_USE.search(before):
        return 0.0
    said = f"{before} § {after}"
    if _WITHHELD.search(said) and not _AFTER_ALL.search(said):
        return 0.0
    # '…, which we had proposed', '…, but it was never given', '…, yet the patient refused'.
    if _undone_later(sentence[stop:]) or _undone_aside(sentence[end:]):
        return 0.0
    done = _PASSIVE.match(sentence[end:])
    if done and not _DONE.fullmatch(done["done"]):
        return 0.0
    if _UNSURE.search(before[-40:]) or _IN_GENERAL.match(after) or _DOSED_IN_GENERAL.match(after):
        return 0.0
    return 0.9 if _GIVING.search(said) else 0.6


_UNDONE_LATER = re.compile(
    # '…, and cabergoline was declined' tells of another drug
    r"^(?!,? ?and (?!it|this|that|he|she|they|we|had|was|were)[\w-]+ (?:was|were)\b)"
    r"[;,:]? ?\(?(?:but |yet |which |and |although |because )*(?:it |this |he |she |they |we |had been |was |were |the "
    r"(?:drug|patient|family|parents) )*(?:\w+ ){0,2}?(?:never (?:given|used|taken|started|dispensed|collected|obtained|filled|arrived|came|swallowed|tried)|not (?:be )?(?:given|used|started|taken|"
    r"approved|available|obtainable|tried|done|afford)|(?:refused|declined)(?= it\b| this\b| them\b| by\b| because\b|[,;.]|$)|could not (?:be |afford)|"
    r"had proposed|had planned|had offered|had intended|did not (?:want|wish|take|arrive|come|reach)|not (?:yet )?(?:been |be )?(?:delivered|dispensed|granted|funded|arrived|come|received))\b",
    re.IGNORECASE,
)


# 'Testosterone, which Smith had found of service, was not employed': said behind an aside.
_ASIDE = re.compile(
    r"^(?: [\w./%-]+){0,6}(?:,? (?:and|or) [\w -]{3,40})?, (?:which|for which|of which|with which|whose|as|although|though|however|on the other hand|too)\b"
    r"(?P<aside>[^;]{0,160}?),(?P<then> (?:was|were|had|has|have|could|is|are|did)\b[^,;.]{0,80})",
    re.IGNORECASE,
)


def _undone_aside(rest: str) -> bool:
    match = _ASIDE.match(rest)
    if not match or _CUT.search(match["aside"]):
        return False
    return bool(_WITHHELD.search(match["then"])) and not _AFTER_ALL.search(match["then"])


def _undone_later(rest: str) -> bool:
    return bool(_UNDONE_LATER.match(rest)) and not re.match(r"[;,] but (?:he|she) did", rest)
