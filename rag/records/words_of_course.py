"""The words in which a case report tells how a disease went: better, gone, unchanged, worse."""
# ruff: noqa: E501  (a table of patterns reads best one pattern to the line)

from __future__ import annotations

import re

COMPLETE = re.compile(
    r"\b(?:complete(?:ly)? (?:at \d+|by \d+|within \d+|remission|response|resolution|resol\w+|clear\w*|healing|healed|recover\w*|disappear\w*|"
    r"clinical|cutaneous|regress\w*|relief|gone|free|normal\w*|remitted)|(?:resolved|cleared|healed|disappeared|recovered|"
    r"vanished|faded|subsided|regressed|remitted) (?:completely|entirely|fully|totally)|full recovery|full strength|"
    r"(?:in|into|achieved|sustained|entered|reached|complete|lasting|clinical|drug-free) remission|remission of|resolution of the (?:disease|rash|skin|lesions|symptoms)|"
    r"free (?:of|from) (?:all |any |both )?(?:disease(?! for)|symptoms?|lesions?|ulcers?|rash|relapse|pain|complaints)|"
    r"symptom-free|disease-free|asymptomatic|followed by healing|(?:not|never) (?:yet |since )?(?:returned|relapsed)|(?:no|not|never) (?:\w+ )?recur\w*|no (?:\w+ )?relapse|controlled|(?:became|was) full|cleared|cleared up|resolved|disappeared|vanished|healed|has gone|"
    r"(?:was|were|had|is) gone|had gone|normali[sz]ed|(?:became|returned to|had become|back to) normal|(?:swallow\w*|walk\w*|ate) normally|swallowing was normal|normal again|full again|"
    r"strong again|ceased(?! to)|closed|no (?:active )?(?:skin )?lesions?|was clear|were clear|are clear|is clear|strength (?:was|is|had become) (?:full|normal)|"
    r"no longer (?:\w+ ){0,2}?(?:visible|seen|felt|present|sore|red|itch\w*|weak|tender|painful|short of breath|detect\w*|troubled|noticed|hurt|complain\w*)|"
    r"(?:could|can) (?:no longer|not) be (?:seen|felt|detected|found|made out)(?: any ?more)?|(?:score|activity) (?:was|had fallen to|of|is) (?:0|nil|zero|nought)|(?:to|at) (?:nil|nought|zero)|"
    r"no (?:complaints|symptoms|itch|pain|rash|signs|activity|weakness)(?! (?:of (?:infection|cancer))|were|was)|(?:skin|scalp|face|hands|chest) (?:was |is )?(?:unremarkable|spotless|unblemished)|free (?:of|from) (?:itch\w*|prurit\w*|weakness|erythema|calcinosis)|"
    r"gone(?! (?:to|home|on|up|down|back|through|into|by|out)\b)|clear again|normal (?:face|skin|strength|muscles|scalp|hands|swallowing)|resorbed|"
    r"abolished|quiescent|inactive disease|epitheliali[sz]ed|healed over|grew over|sealed|nothing (?:was|is|has been) (?:left|seen)|no trace|wore off|melted away|(?:fully|completely|entirely|wholly|totally) (?:\w+ed|well|free|clear|normal|healed|strong)|"
    r"(?:flare|attack|relapse|eruption|trouble) was over|restored|back to full|well without|no (?:sign|evidence|trace)s? of (?:active|disease)|clear skin|without (?:any )?symptoms)\b",
    re.IGNORECASE,
)
PARTIAL = re.compile(
    r"\b(?:partial\w*|improv\w+|amelior\w+|fell|decreas\w+|declin\w+|reduc\w+ (?:in|of) (?:the )?(?:rash|itch\w*|pain|score|activity)|"
    r"diminish\w*|less\b|lessen\w*|faded?|fading|no new|without difficulty|shrunk|clear(?!ly|ance|ed)|disappear(?!ed)|healing|pal(?:er|ed)|subsid\w+|abat\w+|better|eased?|reliev\w+|relief|"
    r"respon(?:ded|se|ds)|benefit\w*|recover\w*|regain\w*|softened|shrank|smaller|settl\w+|return of strength|strength returned|"
    r"reced\w+|regress\w+|could (?:again )?(?:walk|swallow|climb|rise|lift|eat|raise)|able to|walked|regrew|calmed|quieten\w*|flatten\w+|flat|stronger|steadier|thinner|softer|lighter|fainter|dried|half (?:its|their|the|of (?:its|their)) (?:\w+ )?size|halved|(?:came|come|coming|gone|went|brought|cut) (?:down|back to)|let up|lifted|receded|ebb\w*|dwindl\w*|did wonders|worked wonders|melt\w*|waned?|waning|yielded|gave way|"
    r"(?:stood|got|rose|climbed|ran|rode|swam|danced|dressed|ate|eats|dines|drank|swallowed|carried|combed|slept|sleeps|worked|works|sang|plays|played|walks|cycled|cycles)(?: \w+){0,3}? (?:again|unaided|unassisted|without (?:help|aid|effort|rest\w*|stopping|support)|by (?:herself|himself)|through|alone|as before|freely|up)|"
    r"(?:stood|got|rose) (?:up )?from|returned? to (?:work|school|his|her|full|normal|sport)|back (?:at|to) (?:work|school|his|her)|(?:strength|power|voice|appetite|grip) (?:had |has )?(?:come back|came back|was back|returned|increased)|could be (?:stopped|weaned|withdrawn|removed)|(?:off|without|came off|taken off|weaned (?:off|from)) (?:the )?(?:oxygen|ventilator|ventilation)|"
    r"(?:tube|oxygen|catheter) (?:was|were|could be) (?:taken out|removed|stopped|discontinued)|(?:clear|marked|definite|distinct) (?:regression|decrease|fall|gain|clearing)|gain(?:ed)? (?:of|in)|began to (?:fade|clear|heal|close|walk|swallow|move|recede|shrink|improve|fall|flatten|pale)|started to (?:fade|clear|heal|close|come down|improve|fall|recede|shrink)|turned the corner|picked up|dropped|rose|risen|(?:oxygen|tube|catheter) was (?:removed|withdrawn)|growing|well-controlled)\b",
    re.IGNORECASE,
)
NONE = re.compile(
    r"\b(?:no (?:\w+ )?(?:effect|improvement|benefit|response|change|relief|help|success|avail)|(?:without|little) (?:\w+ )?(?:effect|benefit|"
    r"improvement|success|change|relief|response)|unchanged|not (?:improve|respond|help|change|benefit|better)\w*|"
    r"did not (?:\w+ )?(?:improve|respond|help|change|alter|yield|benefit|influence)|no (?:smaller|better)|ineffective|failed|failure|useless|"
    r"made no difference|did nothing|left (?:the |her |his )?\w+ (?:unmoved|untouched|as (?:it|they) (?:was|were))|(?:brought|gave|yielded|had|showed|with|to) (?:little|no|hardly any|nothing)(?: \w+)? (?:relief|benefit|effect|change|gain|to show|purpose|use)|little to show|to no purpose|no (?:lasting|real|clear|further|sustained|visible|measurable) \w+|nothing came|not (?:hold|held|control\w*|suffice\w*|enough|budge\w*|yield\w*|shrink|shrunk|fade\w*)|went on (?:as before|unchecked)|held out against|failed (?:her|him)|persisted unaltered|"
    r"unaltered|unaffected|refractory|unresponsive|before any effect|to no avail|in vain|(?:was|were|remained) the same|as it was|of no (?:use|avail))\b",
    re.IGNORECASE,
)
WORSE = re.compile(
    r"\b(?:worsen\w*|deteriorat\w*|progress(?:ed|ion|ive)\b|got worse|became worse|spread\b|aggravat\w*|exacerbat\w*|"
    r"(?:grew|grown|became|become|getting|got) (?:\w+ )?(?:worse|weaker|larger|bigger|deeper|redder)|went on growing|lost ground|set in|(?:new|fresh|more|further) (?:\w+ )?(?:ulcers|lesions|plaques|papules|deposits|nodules|opacities) (?:had )?(?:appeared|developed|formed|came)|downhill|"
    r"further extension|enlarged|increased in size)\b",
    re.IGNORECASE,
)
DIED = re.compile(
    r"\b(?:(?:she|he|the (?:patient|woman|man|boy|girl|child)|patient \d|and|who|had|but) (?:\w+ ){0,3}?died\b|"
    r"(?:her|his) death\b|\bdied (?:of|from|in|on|at|after|\w+ (?:days|weeks|months|years))|succumbed|passed away|"
    r"(?:was|with) fatal|fatal (?:outcome|course)|expired\b|death occurred|was found dead|lethal outcome)",
    re.IGNORECASE,
)
RESIDUE = re.compile(
    r"\b(?:but|although|though|whereas|while|except|apart from|save|yet|however|only)\b[^.;]{0,80}\b(?:remain\w*|persist\w*|flared?|"
    r"unchanged|unaltered|not (?:change|respond|improve|clear|yield|affect)\w*|left|residual|same|still|continued|recur\w*|return\w*)\b"
    r"|\b(?:remained|persisted|persists|remains|residual)\b|\bpartial\w*\b|\bexcept(?:ing)? (?:for|the|at)?|\bnot (?:completely|entirely|fully)\b"
    r"|\bmoderate(?:ly)?\b|\bbarely\b|\bsome (?:improvement|relief|benefit)\b|\balmost\b|\bnear(?:ly)?(?:-| )(?:complete|clear)\b",
    re.IGNORECASE,
)
FELL = re.compile(r"\bfrom (\d[\d.,]*)(?: [\w%/]+){0,2} to (\d[\d.,]*)", re.IGNORECASE)

# What the disease shows itself by: an improvement of anything else is none of the disease.
TARGET = re.compile(
    r"\b(?:rash\w*|skin|lesions?|papules?|plaques?|erythema\w*|eruptions?|itch\w*|prurit\w*|ulcers?|ulcerations?|eyelids?|lids|face|"
    r"facial|knuckles|scalp|chest|back|elbows?|knees?|fingers?|fingertips?|hands?|palms?|thighs?|neck|ears?|weakness|"
    r"strength|power|muscles?|myositis|dysphagia|swallow\w*|voice|walk\w*|climb\w*|rise|lift\w*|arthritis|joints?|arthralgia|pain|"
    r"calcinosis|deposits?|nodules?|lung function|vital capacity|FVC|opacities|CDASI(?:-A)?|CMAS|MMT\w*|DLQI|score|disease|"
    r"enzymes?|CK|creatine kinase|kinase|lungs?|consolidations?|infiltrates?|lumps?|plates?|flares?|capacity|sleep|slept|complaints?|calcifications?|gait|grip|stairs?|steps|floor|chair|deltoids?|hips?|lips?|cheeks?|forehead|nose|soles?|nails?|cuticles?|feet|foot|toes?|skin score|breath\w*|saturation|X-?ray|scan|"
    r"unaided|unassisted|again|relieved|ventilat\w+|tube|"
    r"remission|symptoms?|signs|hair|burning|poikiloderma|oedema|edema|swelling|recurrence|relapse\w*|recurred|healing|failed|throat|heliotrope|Gottron\w*|redness|dyspn\w+|cough|"
    r"photosensitivity|blisters?|bullae|scal(?:e|es|ing)|condition|response|responded|improved|clinical\w*|"
    # These speak of the disease by themselves: 'led to complete clearing', 'no effect had been seen'.
    r"improvement|clearing|clearance|cleared|resolution|effect|no change|unchanged|partial(?:ly)?|remitted|recovered|recovery|"
    r"stronger|weaker|complete (?:at|after|by|within|in \d)|relief|nailfolds?|limbs?|legs?|arms?|trunk|shoulders?|oxygen)\b",
    re.IGNORECASE,
)
ELSE = re.compile(
    r"\b(?:haemoglobin|hemoglobin|platelets?|neutrophil\w*|white cell|creatinine|transaminases?|ALT|AST|cholesterol|glucose|"
    r"diabetes|headaches?|nausea|vomiting|diarrh\w+|thrombosis|pneumonia|zoster|wound|mood|neuropath\w*|soles|"
    r"mammogra\w+|tomogra\w+|radiograph|gastroscopy|colonoscopy|antigen|phosphate|calcium|acne|graft|infection|fever|"
    r"hypertension|blood pressure|declined surgery)\b",
    re.IGNORECASE,
)
LABEL = re.compile(r"(?:Response|Outcome|Course|Result|Effect)s?: ")
"""A digest's label: what follows it is the course of the disease and nothing else."""

SPLIT = re.compile(r"[;:]|,? \b(?:but|whereas|although|though|while|yet)\b|, (?:and )?")
