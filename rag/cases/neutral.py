"""Words of a question that change nothing about who is asked for.

A question about all patients is only counted when each of its words is a condition or one of
these: any other word ('patients who smoked') would be left out of the count unseen. So there is no
word here that narrows whom it is about, such as 'first', 'mild' or 'Japanese'.
"""

from __future__ import annotations

import re

# Verbs as (regular) lemma; the irregular forms stand in `_FORMS`.
_VERBS = """
    prepare plan list show name find enumerate tabulate display give tell identify summarise
    summarize count want need like help look see check search learn wonder ask provide supply
    present collect gather compile assemble fetch pull extract retrieve bring point flag mark
    know hear let print return report describe publish document mention record cover discuss
    deal concern detail feature include contain comprise involve exist occur happen appear arise
    emerge be have do can could receive get take treat try use put administer prescribe undergo
    require employ attempt apply manage handle approach tackle combine add pair join go come end
    turn develop suffer experience carry harbour harbor bear exhibit possess display strike
    affect complain diagnose test detect discover follow relate associate link connect accompany
    complicate coincide coexist cause trigger induce provoke precipitate blame attribute
    implicate suspect compare contrast differ respond fare do become work act perform catch
    contract acquire pick fall feel fail score measure rise live survive rescue save expose
    start begin offer live stay reach achieve attain
    dig hunt scan browse trawl comb sift pick spot reveal highlight draw arrange sort pass send
    email paste repeat remind guess bet believe suppose assume hope wish mean talk speak chat
    teach revise cram note recall remember forget crop pop turn figure trial commence
    initiate institute expose dispense resort subject opt choose plague trouble bother
    battle fight face cope sport manifest label verify check confirm glean harvest
    scrape pinpoint locate track trace uncover unearth grab snag round rustle
    state register log chart index file hold keep own outline sketch recap
    clarify specify quantify estimate enlist catalog tell narrate
    witness notice observe recognise recognize encounter meet stand land wind throw
    hand dish stick place prove read consult enquire inquire browse retell inspect screen
    hit bridge mind cite quote profile trace survive tabularise itemise itemize recount rank
"""
_FORMS = """
    is are was were been being am has had having does did done doing gave given saw seen shown
    told knew known brought took taken got gotten went gone came became fell fallen felt found
    began begun underwent undergone bore borne put let made make makes making thought think
    written write wrote writing wrote held hold holds caught sought seek driven drove heard kept
    keep ran run struck chose chosen arose arisen rose tried tries carries carried got combined
    added happened 've 're 'd 's 'll ve re ll
    dug sent chose spoke spoken forgot forgotten meant fought threw thrown
    drew drawn stuck taught dealt sat lay stood met laid wound winds gonna wanna gotta
"""
_NOUNS = """
    patient pt case person people individual subject sufferer someone somebody anyone anybody
    everyone everybody one folk human member report paper publication article study series
    author write-up writeup literature corpus library collection database casebook file source
    reference evidence experience data information record example instance occurrence occasion
    number count total proportion percentage share fraction rate sum tally figure value table
    overview rundown summary list listing line-up lineup survey set inventory catalogue catalog
    breakdown round-up roundup detail particular fact answer question treatment therapy drug
    medication medicine agent option approach regimen measure intervention remedy tx rx outcome
    result response reaction effect fate course consequence sign symptom finding feature problem
    trouble manifestation presentation picture complaint complication disease illness condition
    disorder form kind type sort diagnosis variant dm dermatomyositis antibody autoantibody
    serology positivity status age sex gender year point time stage moment use way part role
    success life class course lecture talk seminar thesis review teaching presentation student
    colleague exam meeting round journal club handout clinic ward session
    ppl guy stuff thing name id title line row column entry bullet point csv slide essay assignment
    homework dissertation viva revision poster manuscript chapter blog podcast letter grant
    prof professor boss tutor consultant supervisor registrar mentor teacher friend mate
    page folder archive shelf pool dataset document paperwork bunch load lot couple handful dozen
    plenty majority minority curiosity interest favour favor sake help idea clue thought chance
    luck joy doubt wonder search query request reply digest match
    product holder carrier bearer background history story tale anecdote fact-sheet
    case-report individual victim candidate kind variety range spectrum bit piece share
    possibility attempt trial try go-to choice pick roster register overview fate
"""
_OTHERS = """
    a an the of in on with without who whom whose that which what how many any all every each me
    us you i we one's for to by from and or as at also both either neither nor between among
    amongst across than their them they its it there here where then when other others another
    whether if not no never ever yet so far please pls plz thx cheers kindly thanks thank just
    only even really actually exactly actual exact whatever whichever whoever whomever different
    various several some few total altogether overall together entire whole full complete always
    usually often common commonly frequent frequently rare rarely once before after during while
    under upon per via about concerning regarding around on-going ongoing despite due because
    since until against toward towards into onto out up off down over through throughout along
    alongside plus beside besides within instead else too single individually singly described
    published positive negative affected associated related given properly previously previous
    prior earlier former refractory resistant unresponsive intolerant lacking lacked absent
    absence free newly old older younger long-term possible high low much fewer less more most
    least own w hi hello dear ok okay well adult adults women men ill sick unwell skin alike
    similar resembling complicating versus vs difference comparison comparing anywhere somewhere
    anyhow but though although however again at-all these those my our your
    culprit culprits user users recipient recipients clinically stated noted failures syndrome
    syndromes didn wasn weren isn aren hadn haven hasn doesn don
    beforehand afterwards eventually basically literally simply quickly quick briefly brief roughly
    approximately currently presently possibly maybe perhaps hopefully ideally obviously apparently
    reportedly supposedly seriously generally overall mostly largely somehow anyway furthermore
    moreover additionally likewise respectively separately jointly side concurrently simultaneously
    right alright indeed certainly definitely surely truly honestly further then now today
    nowadays date while whilst whereas unless including regardless irrespective asap fyi btw afaik
    im ive id whos whats thats hows dont ta hiya hey yo u ur r n lol hmm um er erm oh ah umm
    curious interested keen stuck confused sure unsure helpful great nice fine worth precise rough
    thorough exhaustive comprehensive entire available existing known documented recorded
    definite rather quite pretty fairly almost nearly especially particularly specifically namely
    eg e.g i.e ie etc viz incl both each whatsoever howsoever whomsoever wherever whenever however
    up-to-date thereafter thereby therein hereby herein aforementioned
    anything something plus amid amidst sort-of kind-of lately etcetera together
    already entirely jointly non material info evening morning afternoon everything ones
"""


def _verb_forms(lemma: str) -> set[str]:
    """'carry' → carry, carries, carried, carrying; a wrong form in between does no harm."""
    stem = lemma.removesuffix("e")
    doubled = lemma + lemma[-1]
    forms = {lemma, f"{lemma}s", f"{lemma}es", f"{stem}ed", f"{stem}ing"}
    forms |= {f"{doubled}ed", f"{doubled}ing"}
    if lemma.endswith("y"):
        forms |= {f"{lemma[:-1]}ies", f"{lemma[:-1]}ied"}
    return forms


def _noun_forms(lemma: str) -> set[str]:
    forms = {lemma, f"{lemma}s", f"{lemma}es"}
    if lemma.endswith("y"):
        forms.add(f"{lemma[:-1]}ies")
    return forms


NEUTRAL = frozenset(
    form
    for words, forms_of in ((_VERBS, _verb_forms), (_NOUNS, _noun_forms))
    for lemma in words.split()
    for form in forms_of(lemma)
) | frozenset(_OTHERS.split()) | frozenset(_FORMS.split()) | {"lives"}  # fmt: skip
"""Every form of every such word, in small letters."""

_WORD = re.compile(r"[^\W_][\w'’-]*")
_POLITE = re.compile(r"\bwould (?:like|love)\b", re.IGNORECASE)


def unknown_words(text: str) -> list[str]:
    """The words of a text, in small letters, that are not neutral; single letters and digits aside.

    Parts of a hyphenated word count each for itself.
    """
    found = (match.group().lower().strip("'’-") for match in _WORD.finditer(_POLITE.sub(" ", text)))
    words = (word for word in found if word not in NEUTRAL)
    parts = (part for word in words for part in re.split(r"[-’']", word))
    return [part for part in parts if len(part) > 1 and part not in NEUTRAL]
