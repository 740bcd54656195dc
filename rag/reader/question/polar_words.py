"""Words by which a question leaves room for more than yes or no, and a statement says either."""
# ruff: noqa: E501  (a table of patterns reads best one pattern to the line)

from __future__ import annotations

import re

# Questions of degree, order or choice: yes and no would each be half right.
OPEN = re.compile(
    r"\b(?:or|still|entirely|complete(?:ly)?|total(?:ly)?|fully|always|only|alone|enough|both|all|"
    r"first|before|after|again|absolutely|proven|continu\w+|instead|more|less|better than|than|"
    r"other|another|else|same|which|what|who|when|where|why|how|no|not|never|without|unusual|"
    r"common|most|many|usually|likely|can|could|should|would|may|might|must|ever|yet|every|"
    r"each|significant\w*|same|harmless|safe|(?:confined|limited|restricted) to|"
    r"wears?|wore|wear off|fades?|faded|lasts?|lasted|loses?|lost|differ\w*|compar\w*|specific|typical|"
    r"necessary|need\w*|prevent\w*|rule[ds]? out|exclude\w*)\b|n't\b|n’t\b",
    re.IGNORECASE,
)
DOUBT = re.compile(
    r"\b(?:possibl[ey]|probabl[ey]|perhaps|(?-i:may)|might|could|would|should|likely|suspect\w*|presum\w*|"
    r"suggest\w*|plan\w*|propos\w*|intend\w*|offered|considered|advised|recommended|scheduled|if|"
    r"unless|except\w*|apart from|other than|but|although|though|however|whereas|while|yet|until|"
    r"partly|partial\w*|slight\w*|some|somewhat|modest\w*|incomplete\w*|nearly|almost|only|at first|"
    r"initially|whether|instead of|in place of|rather than|temporar\w*|transient\w*|equivocal|doubtful|unclear|unknown|no more|nor|weak\w* positive|"
    r"mostly|mainly|often|sometimes|rarely|brother|sister|mother|father|family|relatives?|twin)\b",
    re.IGNORECASE,
)
NOT = re.compile(
    r"\b(?:not|never|no|none|nil|neither|without|nothing|absent|absence of|free of|free from|"
    r"lack of|lacked|negative|den(?:ied|y)|refused|declined|unremarkable|ruled out|excluded)\b|n't\b|n’t\b",
    re.IGNORECASE,
)
EFFECT_ASKED = re.compile(
    r"\b(?:help\w*|work\w*|improv\w*|effective|benefit\w*|respon[ds]\w*|success\w*|"
    r"get (?:any )?better|got better|pick up|cure\w*|clear\w*|heal\w*|recover\w*)\b",
    re.IGNORECASE,
)
GOOD = re.compile(
    r"\b(?:improv\w*|respond\w*|clear(?:ed|ing|ance)?|resol\w*|remission|heal\w*|disappear\w*|faded|"
    r"vanish\w*|recover\w*|success\w*|effective|benefit(?:ed)?|better|subsided|settled)\b",
    re.IGNORECASE,
)
BAD = re.compile(
    r"\b(?:fail\w*|worse\w*|ineffective|unchanged|useless|refractory|resistant|unsuccessful\w*|"
    r"progress\w*|deteriorat\w*|persist(?:ed|s|ing)?|relaps\w*|recur\w*|died|"
    r"(?:no|without|little)(?: (?!adverse|side|serious)\w+){0,2} (?:response|effect|improvement|benefit|relief|success)|"
    r"(?:not|never|n't|n’t)(?: \w+){0,2} (?:respon\w*|improv\w*|help\w*|benefit\w*|clear\w*|heal\w*|work\w*))\b",
    re.IGNORECASE,
)
RAISED = re.compile(r"\b(?:raised|elevated|high|increased|up|positive|abnormal)\b", re.IGNORECASE)
NORMAL = re.compile(
    r"\b(?:normal|negative|within (?:the )?normal|unremarkable|"
    r"not (?:raised|elevated|high|increased|abnormal))\b",
    re.IGNORECASE,
)
NO_EFFECT = re.compile(
    r"\b(?:no|without|not|never|little)(?: (?!adverse|side|serious)\w+){0,2} "
    r"(?:respon\w+|effect|improve\w*|benefit\w*|relief|success|help\w*)\b",
    re.IGNORECASE,
)
# What is said of patients in general, or of the disease, says nothing of those of the report.
IN_GENERAL = re.compile(
    r"\b(?:usual(?:ly)?|conventional(?:ly)?|general(?:ly)?|typically|as a rule|minority|majority|"
    r"proportion|guidelines?|in the literature|comparable|existing treatments?|well-known|"
    r"most (?:\w+ ){0,2}(?:patients|cases|people)|"
    r"(?:judged|assessed|measured|defined|scored|graded) (?:by|as|on|with|from))\b",
    re.IGNORECASE,
)
# A value that became so was something else before.
CHANGED = re.compile(
    r"\b(?:turn(?:ed|s|ing)|bec(?:a|o)me|becoming|normali[sz]\w*|return(?:ed|s|ing)?|fell|fall(?:s|ing|en)?|"
    r"drop\w*|came down|went|rose|decreas\w*|declin\w*|reduc\w*|no longer)\b",
    re.IGNORECASE,
)
# '4 of 13', '57%': some, and some not.
OF_SOME = re.compile(
    r"\b(?:\d+|one|two|three|four|five|six|seven|eight|nine|ten|most|half|some|many) of (?:the |them|these|those|\d|"
    r"two|three|four|five|six|seven|eight|nine|ten|eleven|twelve)|\d\s?%|\bthe other\b|"
    r"\d (?:patients|children|cases|adults)\b",
    re.IGNORECASE,
)
# 'No progression', 'without relapse': neither an effect nor the lack of one.
HARM_SPARED = re.compile(
    r"\b(?:no|not|without|never)(?: \w+){0,2} (?:progress|worse|deteriorat|relaps|recur|persist|died)\w*",
    re.IGNORECASE,
)
# 'CPK 7,000 U/L (normal below 145)': the range is no finding.
REFERENCE_RANGE = re.compile(
    r"\([^()]*\b(?:normal|reference|range|upper limit)\b[^()]*\)|\b(?:upper limit of )?normal\b(?=:? *(?:below|under|up to|range|value|limit|less|<|\d))",
    re.IGNORECASE,
)
# What was done, or not: it says nothing of what was found, or came of it.
DOING = re.compile(
    r"\b(?:repeated|performed|done|taken|tested|measured|checked|tried|given|used|added|needed|required|"
    r"available|possible|obtained|sought|examined|resumed|started|stopped|offered)\b",
    re.IGNORECASE,
)
# Before a thing that was looked for, or might come: it need not have been there.
SOUGHT = re.compile(
    r"\b(?:screen\w*|risk|search\w*|look\w*|test(?:ed|s|ing)|sought|monitor\w*|prophyla\w*|prevent\w*|work-?up|fear|"
    r"resembl\w*|mimic\w*)(?: (?:for|of|against))?(?: \w+){0,2}\s*$",
    re.IGNORECASE,
)
# An earlier treatment, where the question names none: it may be after the one that followed.
EARLIER = re.compile(
    r"\b(?:failed (?:treatments?|therap\w+|drugs)|previous(?:ly)?|prior|earlier|first[- ]line|first treatment|before)\b",
    re.IGNORECASE,
)
# 'One … the other …' are two, and sun that made a rash worse is no drug.
OF_TWO = re.compile(r"\bone\b.*\bthe (?:other|second)\b", re.IGNORECASE)
MADE_WORSE = re.compile(r"\b(?:worsened|aggravated) (?:the|her|his|their|its?)\b", re.IGNORECASE)
RETURN_ASKED = re.compile(
    r"\b(?:relaps\w*|recur\w*|flare\w*|(?:come|came|get|got) back|return\w*|reappear\w*)\b",
    re.IGNORECASE,
)
RETURN = re.compile(
    r"\b(?:relaps\w*|recur\w*|flar\w+|back|return\w*|reappear\w*|remission|remain\w*|stay\w*|stable|free)\b",
    re.IGNORECASE,
)
# What an effect was on: muscles, skin, or the illness as a whole.
OF_MUSCLES = re.compile(
    r"\b(?:muscl\w*|weak\w*|strength|power|myositis|CMAS|MMT\w*)\b", re.IGNORECASE
)
OF_SKIN = re.compile(
    r"\b(?:skin|cutaneous|rash\w*|lesions?|eruptions?|erythema\w*|redness|papules?|plaques?)\b",
    re.I,
)
OF_ALL = re.compile(
    r"\b(?:symptoms?|signs?|disease|illness|clinical\w*|complaints?|everything)\b", re.I
)
# That somebody was not given a drug, rather than that it did nothing.
NOT_GIVEN = re.compile(
    r"\b(?:no|without|neither|not|never|n't|n’t)(?: (?:been|be|yet|ever))*(?: (?:given|used|tried|received|started|added|"
    r"prescribed|administered|taken|applied|had))|\b(?:no|without|neither)\b",
    re.IGNORECASE,
)
