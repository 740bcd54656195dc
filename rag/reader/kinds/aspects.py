"""A question + all that is said of its patient → the thing asked about that is told of nowhere.

'Was an echocardiogram done?' of a report that never speaks of the heart is near to every sentence
about its examinations. The lexicon knows drugs, antibodies and signs; what else is asked about in
case reports (tests, procedures, what became of somebody's life) is a short list, and each thing
of it is told in few ways. Where none of them stands in the report, the report does not say.
"""
# ruff: noqa: E501  (a table of patterns reads best one pattern to the line)

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from types import MappingProxyType

from rag.lexicon import Concept, Mention, lexicon
from rag.reader.question.ask import asked_part
from rag.reader.short.values import ENZYMES, ENZYMES_TOLD, MEASURED
from rag.schema import Passage, Report

# What is asked about, as it is named to the user → the words that ask about it, and any words by
# which a report may tell of it. The second are many more, so that silence is not claimed wrongly.
_ASPECTS = {
    "echocardiography": (r"echo(?:s|cardiogra\w*)?|ejection fraction|LVEF", r"echo\w*|ejection|LVEF|EF|ventric\w*|heart|cardi\w*|myocard\w*"),
    "electrocardiography": (r"ECGs?|EKGs?|electrocardio\w*|QTc?", r"ECG|EKG|electrocardio\w*|heart|cardi\w*|rhythm|QTc?|block|PR interval"),
    "lipids": (r"lipids?|cholesterol|triglycerides?|LDL|HDL", r"lipid\w*|\w*lipid[ae]emi\w*|cholesterol\w*|\w*cholesterol[ae]emi\w*|triglycerid\w*|LDL|HDL|statins?|\w+statin"),
    "glucose": (r"hba1c|a1c|glucose|blood sugar|sugars?|diabet\w*", r"hba1c|a1c|h[ae]moglobin A1c|glucose|gluc[ae]\w*|sugars?|diabet\w*|insulin|metformin|glyc[ae]\w*|metabolic"),
    "blood pressure": (r"blood pressure|hypertensi\w*|bp", r"blood pressure|hypertensi\w*|hypotensi\w*|mm ?hg|BP|antihypertensi\w*|preeclampsia|amlodipine|cardiovascular"),
    "weight": (r"weigh(?:t|ed|s)|bmi|body mass|kilos?|kg\b", r"weigh\w*|bmi|body mass|kg|kilogram\w*|obes\w*|overweight|thin|lost|cachec\w*|nutrition\w*|underweight"),
    "height or growth": (r"(?:her|his|body|final) height|height\?|how tall|centiles?|percentiles?|growth (?:chart|delay|retardation)", r"heights?|gr[oe]w\w*|tall|centiles?|percentiles?|stature|cm|short"),
    "parathyroid hormone": (r"PTH|parathyroid\w*", r"PTH|parathyr\w*|parathormone|phosph\w*|calcium metabolism|metabolic"),
    "thyroid": (r"thyroid\w*|TSH", r"thyro\w*|TSH|Graves\w*|hypothyr\w*|hyperthyr\w*|goit\w*|endocrin\w*"),
    "vitamin D": (r"(?:vitamin|vit) D(?! (?:analog\w*|deriv\w*))|25-?OH\w*", r"vitamins?|vit|cholecalciferol|calcitriol|calciferol|supplement\w*|25-?OH\w*"),
    "uric acid": (r"uric acid|urate", r"uric|urate|gout|allopurinol|uric[ae]emia|hyperuric\w*"),
    "HIV": (r"HIV", r"HIV|human immunodeficiency|viral|virus\w*|serolog\w*|infect\w*"),
    "hepatitis": (r"hepatitis|HBV|HCV|HBsAg", r"hepatitis|HBV|HCV|HBsAg|hepatic|virus\w*|viral|liver"),
    "bone density": (r"DE?XA|bone (?:mineral )?densit\w*|osteopor\w*", r"DE?XA|bones?|osteo\w*|densit\w*|vertebra\w*|fractur\w*|bisphosphonat\w*|alendronate"),
    "capillaroscopy": (r"capillaroscop\w*", r"capillar\w*|nail\w*|periungual|cuticul\w*"),
    "electromyography": (r"EMG|electromyogra\w*", r"EMG|electromyogra\w*|electrophysiolog\w*|nerve|conduction|electrodiagnos\w*|myopathic|neurophysiolog\w*"),
    "a muscle biopsy": (r"muscle biops\w*", r"biops\w*|histolog\w*|histopatholog\w*|perifascicular|specimens?|patholog\w*|Bohan|necropsy|autopsy|microscop\w*"),
    "a biopsy": (r"(?:re)?biops(?:y|ies|ied)", r"(?:re)?biops\w*|histolog\w*|histopatholog\w*|specimens?|patholog\w*|section(?:s|ed)?|microscop\w*|staining|lavage|interface|excis\w*|aspirat\w*"),
    "imaging of the muscles": (r"muscle (?:MRI|imaging)|MRI of (?:the |her |his )?(?:muscles?|thighs?)", r"MRI|magnetic|MR|imaging|\w*tomogra\w*|edema|oedema|scans?"),
    "magnetic resonance imaging": (r"MRIs?|magnetic resonance", r"MRIs?|magnetic|MR|imaging|scans?"),
    "computed tomography": (r"(?:HR)?CTs?\b(?! ?w)|computed tomogra\w*", r"(?:HR)?CTs?|tomogra\w*|imaging|scans?|radiolog\w*|opacit\w*|radiograph\w*|X-?rays?|interstitial"),
    "positron emission tomography": (r"PET\b", r"PET\b|positron|FDG|emission|imaging|scans?|cancer|tumou?rs?|malignan\w*|neoplas\w*"),
    "lung function tests": (r"PFTs?|lung function|spirometry|DLCO|FVC|vital capacity", r"PFTs?|lung function|function tests?|spirometr\w*|DLCO|FVC|vital capacity|diffusing|diffusion|respiratory|pulmonary|lung function|lungs?|breath\w*|TLC"),
    "bronchoscopy or lavage": (r"bronchoscop\w*|BAL|lavage", r"bronch\w*|BAL|lavage|transbronchial|sputum|airway"),
    "a swallow study": (r"swallow(?:ing)? (?:study|studies|test)|barium|videofluoroscop\w*|manometr\w*|FEES", r"swallow\w*|barium|video\w*|fluoroscop\w*|manometr\w*|FEES|dysphagi\w*|aspirat\w*|esophag\w*|oesophag\w*"),
    "an autopsy": (r"autops\w*|necrops\w*|post-?mortem", r"autops\w*|necrops\w*|post-?mortem|died|deaths?|dead|fatal\w*|mortality|deceased"),
    "complement": (r"complement(?: levels?)?|C3|C4", r"complement\w*|C3|C4|C5b\w*|membrane attack|hypocomplement\w*"),
    "immunoglobulin levels": (r"IgG (?:level|count)s?|immunoglobulin levels?|hypogammaglobulin\w*", r"IgG|IgA|IgM|immunoglobulins?|hypogamma\w*|gammaglobulin\w*"),
    "B cells": (r"B[ -]cells?(?! deplet\w*)(?=\?| (?:count|return|recover|back|come|came|at)\w*)|CD19\w* counts?", r"B[ -](?:cells?|lymphocytes?)|CD19\w*|CD20\w*|lymphocyt\w*|depletion"),
    "a trough or blood level": (r"troughs?|(?:drug|tac|tacro|tacrolimus|cya|csa|ciclosporin|cyclosporine?) levels?", r"troughs?|levels?|concentrations?|[nµm]g/m?l"),
    "vaccination": (r"vaccin\w*|immuni[sz]ed|booster", r"vaccin\w*|immuni[sz](?:ed|ation\w*)|jabs?|booster\w*|inoculat\w*|AZD1222|BNT\w*|mRNA"),
    "smoking": (r"smok\w*|cigarettes?|tobacco|pack[- ]years?", r"smok\w*|cigar\w*|tobacco|pack[- ]years?|pipe|nicotine"),
    "alcohol": (r"alcohol\w*|drink(?:er|s|ing)? (?:much|heavily)", r"alcohol\w*|dr[iau]nk\w*|teetotal\w*|wine|beer|ethanol"),
    "the family": (
        r"family history|(?:her|his|their) (?:family|relatives)|next of kin",
        r"famil\w*|relatives?|parent\w*|mother\w*|father\w*|sibling\w*|brother\w*|sister\w*|child\w*|twins?|sons?|daughter\w*|cousin\w*|uncle|aunt|husband|wife|consanguin\w*|grand\w*|kindred|hered\w*",
    ),
    "the mother": (r"(?:her|his|their) (?:mother|mum|mom)", r"mother\w*|maternal|mum|mom|parent\w*|famil\w*|relatives?|mistress"),
    "the father": (r"(?:her|his|their) (?:father|dad)", r"father\w*|paternal|dad|parent\w*|famil\w*|relatives?"),
    "a sister": (r"(?:her|his) (?:twin )?sisters?", r"sisters?|siblings?|twins?|famil\w*|girls?|daughters?|relatives?"),
    "a brother": (r"(?:her|his) (?:twin )?brothers?", r"brothers?|siblings?|twins?|famil\w*|boys?|sons?|relatives?"),
    "a husband or wife": (r"(?:her|his) (?:husband|wife|spouse|partner)", r"husband|wife|spouse|partner|marri\w*|couple|famil\w*|widow\w*"),
    "a child of the patient's": (r"(?:her|his) (?:sons?|daughters?|children|kids|baby)", r"sons?|daughters?|child\w*|kids?|bab(?:y|ies)|infant\w*|newborn\w*|boys?|girls?|famil\w*|deliver\w*|births?|pregnan\w*|neonat\w*"),
    "work": (r"back (?:at|to) (?:work|school|the classroom)|return(?:ed)? to (?:work|school|duty|the job)", r"work\w*|jobs?|occupation\w*|school\w*|profession\w*|employ\w*|career|retired|teach\w*|driver|farmer\w*|worker|stud(?:y|ied|ent|ents|ies)|class\w*|shop\w*|office\w*|clerk|nurse\w*|engineer\w*|\w+keeper|daily (?:life|living|activit\w*)|duties|housewife|player"),
    "sport": (r"(?:play(?:s|ing)? )?sports?|exercise|running|gym", r"sport\w*|exercis\w*|r[ua]n(?:s|ning)?|gym\w*|football|play\w*|ski\w*|swim\w*|walk\w*|activit\w*|rehabilitat\w*|train\w*|physio\w*|physical|hik\w*|climb\w*"),
    "pregnancy": (r"pregnan\w*|contracepti\w*|conceiv\w*|menarche|menopaus\w*|menstruat\w*", r"pregnan\w*|contracepti\w*|conceiv\w*|concepti\w*|menarche|menopaus\w*|menstr\w*|gestation\w*|gave birth|birth|deliver\w*|abort\w*|miscarr\w*|post-?partum|gyn[ae]\w*|uter\w*|ovar\w*|fertil\w*|intrauterine|lactat\w*|breastfe\w*|fet\w*|foet\w*|mother"),
    "the stay in hospital": (r"in (?:the )?hospital|hospital stay|length of stay|LOS|discharged?|ICU|intensive care", r"hospital\w*|ward|stay\w*|discharg\w*|ICU|intensive|admi\w*|inpatient\w*|in-patient\w*|went home|emergency|left"),
    "intubation or ventilation": (r"intubat\w*|ventilat\w*|breathing machine|respirator", r"intubat\w*|ventilat\w*|respirator\w*|ECMO|oxygen\w*|tracheo\w*|breath\w*|extubat\w*|high[- ]flow|extracorporeal|lung|resuscitat\w*"),
    "oxygen": (r"oxygen|home O2|O2", r"oxygen\w*|O2|PaO2\w*|SpO2|saturation|hypox\w*|ventilat\w*|nasal|respiratory|breath\w*|ECMO|intubat\w*"),
    "consent or refusal": (r"(?:who )?(?:consent\w*|refus\w*|declin(?:e|ed) (?:it|treatment|the))", r"consent\w*|refus\w*|declin\w*|reject\w*|willing|wish\w*|agree\w*|accept\w*|want\w*|insist\w*|own request|unwilling|against|choos\w*|chose|prefer\w*|object\w*|turned down|deni\w*|persuad\w*"),
    "money": (r"costs? (?:of|per)|(?:it|they|drug|treatment) costs?|how expensive|insur\w*|costs?\?", r"costs?|price\w*|expens\w*|insur\w*|paid|pay\w*|fund\w*|financ\w*|econom\w*|afford\w*|charge\w*|reimburs\w*|compassionate|health system|unavailab\w*"),
    "physiotherapy": (r"physio\w*|physical therapy|rehab\w*", r"physio\w*|physical|rehab\w*|exercis\w*|training|therapist\w*|mobili[sz]\w*|occupational"),
    "diet or tube feeding": (r"diet\w*|feeding tube|tube[- ]fe\w+|PEG\b|gastrostom\w*|nasogastric|fed through", r"diet\w*|fe(?:d|eds?|eding)|tube\w*|PEG\b|gastrostom\w*|nasogastric|nutrition\w*|eat\w*|ate|parenteral|enteral|food\w*|soft|swallow\w*|jejunostom\w*|meal\w*"),
    "prophylaxis": (r"prophyla\w*|cotrim\w*|co-trimoxazole|bactrim|PJP|PCP", r"prophyla\w*|cotrim\w*|co-trimoxazole|trimethoprim\w*|bactrim|PJP|PCP|pneumocystis|prevent\w*|sulfameth\w*|pentamidine|atovaquone|protect\w*|antibiotic\w*|antimicrobial\w*|isoniazid"),
    "a rechallenge": (r"re-?challeng\w*|re-?expos\w*|(?:put|start\w*|go|went|back) (?:(?:him|her|them) )?(?:back )?on (?:it|the \w+) again|put (?:him|her|them) back on", r"re-?challeng\w*|re-?expos\w*|re-?introduc\w*|re-?start\w*|resum\w*|again|re-?instat\w*|re-?administ\w*|back on|recommenc\w*|re-?treat\w*|second (?:attempt|trial|time|course)|repeat\w*|continu\w*|re-?initiat\w*|tried|later"),
    "radiotherapy": (r"radiotherap\w*|radiation|irradiat\w*|Gy\b|Grays?\b", r"radio\w*|radiat\w*|irradiat\w*|Gy\b|beam|brachy\w*|rays"),
    "transfusion": (r"transfus\w*|units? of blood", r"transfus\w*|units?|red cells?|blood products?|plasma|platelets"),
    "sleep": (r"sleep\w*|insomnia", r"sle(?:ep|pt)\w*|insomni\w*|night\w*|wak\w*|woke"),
    "mood": (r"mood|depress\w*|anxi\w*|psych\w*", r"mood\w*|depress\w*|anxi\w*|psych\w*|mental\w*|tearful\w*|suicid\w*|emotion\w*|distress\w*|euphori\w*|behavio\w*"),
    "the eyes": (r"eye (?:exam\w*|test|check)|ophthalm\w*|retin(?:a|al|opathy)|maculopathy|cataracts?", r"eyes?|ophthalm\w*|retin(?:a|al|opath\w*)|macul(?:a|ar|opath\w*)|sight\w*|vision|visual\w*|cataracts?|ocular|amaurosis|blind\w*|optic\w*|lens\w*"),
    "ethnic origin": (r"ethnic\w*|nationalit\w*|country of (?:origin|birth)", r"ethnic\w*|rac(?:e|ial\w*)|skin type|national\w*|origin\w*|ancestry|descent|white\w*|black\w*|Caucasian\w*|Asian\w*|African\w*|Hispanic\w*|born|immigra\w*|[A-Z][a-z]+(?:ese|ian|ish|can)"),
    "whether the patient lived": (r"pull(?:ed)? through|still (?:with us|alive)|(?:is|was) (?:s?he|the \w+) alive|surviv(?:e|ed)|did (?:s?he|they|the \w+) (?:die|live|make it)", r"died|dies|deaths?|dead|fatal\w*|mortality|surviv\w*|alive|liv(?:ed|es|ing)|remission|recover\w*|follow\w*|discharg\w*|last (?:seen|visit|observ\w*)|well|(?:months?|years?|weeks?) later|improv\w*|went home|passed|outcome|resolv\w*|lost to"),
    "a relapse": (r"relaps\w*|recur(?:s|red|rence)?|(?:come|came|comes|coming|grow|grew) back|flared?|reappear\w*", r"relaps\w*|recur\w*|return\w*|c[ao]m(?:e|es|ing) back|came|back|flar\w*|again|reappear\w*|exacerbat\w*|rebound\w*|remission|stable|remain\w*|control\w*|further|second|progress\w*|persist\w*|sustain\w*|maintain\w*|free|worse\w*|new|another|lasting|durable|later|since|repeat\w*|re-?grew|refill\w*|renew\w*|episod\w*|resum\w*|withdraw\w*|followed|cured|lost"),
    "a search for cancer": (r"(?:malignancy|cancer|tumou?r) (?:screen\w*|search|work-?up)|look(?:ed)? for (?:a |any )?(?:cancer|tumou?r|malignan\w*)|(?:any|occult) (?:cancer|tumou?r|malignan\w*)", r"cancer\w*|tumou?r\w*|malignan\w*|neoplas\w*|\w*carcinom\w*|paraneoplas\w*|lymphom\w*|sarcom\w*|melanom\w*|PET|screen\w*|metasta\w*|mammogra\w*|colonoscop\w*|leuk[ae]mi\w*|myelom\w*|oncolog\w*|tomogra\w*|CT"),
    "a reduction of steroids": (r"taper\w*|wean\w*|steroid[- ]free|(?:come|came|get|got|wean\w*) off (?:all )?(?:the |her |his |their )?(?:steroids?|pred\w*|cortisone)", r"taper\w*|wean\w*|reduc\w*|lower\w*|withdr\w*|stopp\w*|discontinu\w*|without|off|free|decreas\w*|cut|halv\w*|spar\w*|minimi\w*|maintenance|fell|fallen|dropp\w*|mg|down|ceas\w*|suspen\w*|end\w*|less"),
    "surgery": (r"surg\w*|operat(?:e|ed|ion)s?", r"surg\w*|operat\w*|excis\w*|resect\w*|remov\w*|\w+ectomy|\w+ostomy|transplant\w*|\w+plasty|myotomy|laparo\w*|incis\w*|drain\w*|debrid\w*|cut out|anastomos\w*|repair\w*|curett\w*|amputat\w*|fistula|graft\w*|thoraco\w*|stent\w*|dilat\w*"),
    "genetic testing": (r"HLA|genetic (?:test\w*|typ\w*|analys\w*)|genotyp\w*|exome|BRCA\w*|BRAF|JAK2|mutation\w*|karyotyp\w*|factor V Leiden|thrombophilia", r"HLA|genes?|genetic\w*|genotyp\w*|exome|BRCA\w*|BRAF|JAK2|mutation\w*|allel\w*|alleles|haplotyp\w*|hered\w*|familial|karyotyp\w*|Leiden|thrombophil\w*|myeloproliferative|polycyth\w*"),
    "sun protection": (r"sun ?screens?|sun ?protection|sun ?block|sun cream|SPF", r"sun\w*|photoprotect\w*|light|photo\w*|ultraviolet|UV\w*|screen\w*|cover\w*|SPF"),
    "an organism": (r"(?:which|what) (?:organism|germ|bug|bacteri\w+)|organisms?|cultured?|sputum", r"cultur\w*|grew|grown|isolat\w*|organisms?|\w*coccus|\w*cocci|bacter\w*|\w*bacter\w*|fung\w*|candid\w*|aspergill\w*|virus\w*|sterile|PCR|\w+ella|\w+monas|pneumocystis|tubercul\w*|sputum|coli|microb\w*|\w+oides|nocard\w*"),
    "the databases searched": (r"databases?", r"databases?|PubMed|MEDLINE|Embase|Cochrane|Scopus|Web of Science|literature|registr\w*"),
    "funding": (r"(?:who )?(?:funded|sponsored)|funding|sponsors?|grants?", r"fund\w*|sponsor\w*|grants?|supported by|company|manufacturer\w*|industr\w*|paid"),
    "skin phototype": (r"photo-?types?|Fitzpatrick", r"photo-?types?|Fitzpatrick|skin types?|white|black|dark\w*|fair|brown|Caucasian|complexion"),
    "X-rays": (r"x-?rays?|XRs?|radiographs?|plain films?", r"radiogra\w*|x-?rays?|video\w*|imaging|scans?|tomogra\w*|films?|CT|radiolog\w*|skeletal|MRI|CXR"),
    "speech therapy": (r"speech therap\w*", r"speech|logop\w*|rehabilit\w*|therapist\w*|swallow\w*"),
    "wound care": (r"dressings?|wound care", r"dress\w*|wounds?|debrid\w*|graft\w*|bandag\w*|topical\w*|ointment|local\w*"),
    "walking aids": (r"wheelchairs?|crutch\w*|walking aids?|walker", r"wheelchair\w*|crutch\w*|walk\w*|aids?|cane|stick|ambul\w*|mobil\w*|bed\w*|gait|stand\w*"),
    "anaesthesia or sedation": (r"an(?:a)?esth\w*|sedat\w*", r"an(?:a)?esth\w*|sedat\w*|midazolam|propofol|intubat\w*|lidocaine|lignocaine|spinal|awake|cooler|surg\w*|operat\w*"),
    "ultrasound": (r"ultrasound|sonogra\w*|doppler", r"ultras\w*|\w*sonogra\w*|doppler|imaging|scans?|echo\w*"),
    "endoscopy": (r"endoscop\w*|gastroscop\w*|colonoscop\w*", r"\w*endoscop\w*|gastroscop\w*|colonoscop\w*|bowel|screen\w*|sigmoidoscop\w*|scope\w*|[oe]+sophago\w*"),
    "mammography": (r"mammogra\w*", r"mammogra\w*|breasts?|screen\w*|cancer\w*|malignan\w*|tumou?rs?"),
    "cerebrospinal fluid": (r"CSF|cerebrospinal|lumbar puncture|spinal (?:fluid|tap)", r"CSF|cerebrospinal|lumbar|spinal|mening\w*"),
    "the urine": (r"urine|proteinuria|dipstick|haematuria|hematuria", r"urin\w*|protein\w*|renal|kidneys?|dipstick|bladder|h[ae]+maturi\w*|nephr\w*|ureter\w*|catheter"),
    "kidney function": (r"(?:renal|kidney) function|eGFR|creatinine|kidneys", r"creatinin\w*|renal\w*|kidneys?|eGFR|neph\w*|urea|ur[ae]+mi\w*|dialys\w*|ureter\w*|organ\w*"),
    "liver tests": (r"LFTs?|liver (?:function|enzymes?|tests?|values?)|transaminases?", r"LFTs?|liver|hepat\w*|\w*aminas\w*|\w*transferas\w*|ALT|AST|enzymes?|cholesta\w*|bilirubin|toxicit\w*"),
    "quality of life": (r"quality of life|DLQI|QoL", r"quality|DLQI|life|QoL|well-being|daily|function\w*|patient-reported"),
    "hair": (r"alopecia|hair(?: loss| growth)?", r"hair\w*|alopeci\w*|scalp|bald\w*|telogen|hirsut\w*|shed\w*"),
    "fever": (r"fevers?|temperature", r"fever\w*|febrile|temperature\w*|°C|pyrexi\w*|afebrile|infect\w*|seps\w*|hot|spik\w*"),
    "itch": (r"itch\w*|prurit\w*", r"itch\w*|prurit\w*|scratch\w*|antihistamin\w*|excoriat\w*|burn\w*"),
    "joints": (r"arthritis|arthralgia|joints?", r"\w*arthr\w*|joints?|synov\w*|contractur\w*|rheumat\w*|elbows?|wrists?|knees?|knuckles?|hips?|shoulders?|fingers?|metacarp\w*|swollen|Gottron\w*"),
    "calcinosis": (r"calcinosis|calcifi\w*", r"calci\w*|calcareous|chalk\w*|deposits?|nodul\w*|lumps?|plaques?|dystrophic"),
    "ulcers": (r"ulcers?|ulcerat\w*", r"ulcer\w*|erosi\w*|necro\w*|wounds?|sores?|crust\w*|gangren\w*|infarct\w*|breakdown|broke"),
    "Raynaud's phenomenon": (r"raynaud\w*", r"raynaud\w*|cold|vasospas\w*|acrocyan\w*|digital"),
    "swallowing": (r"dysphagia|swallow(?:s|ing)?", r"dysphag\w*|swallow\w*|aspirat\w*|chok\w*|regurgit\w*|feed\w*|fed|pharyn\w*|[oe]+soph\w*|throat|bulbar|eat\w*|ate|food|meals?|liquid\w*|tube\w*|cricophar\w*"),
    "the heart": (r"heart|cardiac|myocarditis", r"heart|\w*cardi\w*|mediastin\w*|ECG|echo\w*|troponin\w*|ventric\w*|arrhyth\w*|infarct\w*|pacemaker|atrial|coronary"),
    "viral load": (r"viral loads?|copies|HBV DNA", r"viral|virus\w*|copies|DNA|RNA|load|PCR|polymerase|antigen[ae]emia"),
}  # fmt: skip

_ASKS = r"(?<![\w-])(?:{})(?!\w)"
_TELLS = r"(?<!\w)(?:{})(?!\w)"
"""A 'non-smoker' tells of smoking; who asks of 'non-myositis' asks of something else."""
_TABLE = MappingProxyType(
    {
        name: (
            re.compile(_ASKS.format(asks), re.IGNORECASE),
            re.compile(_TELLS.format(tells), re.IGNORECASE),
        )
        for name, (asks, tells) in _ASPECTS.items()
    }
)


def untold(question: str, said: Sequence[str]) -> str | None:
    """What the asking part of a question names and `said` never tells of; or None.

    `said` is all that the report says of the patient who is meant, and of nobody in particular. Of
    things that are joined ('CK and CRP') none may be told of: who finds one of them has an answer.
    """
    part = asked_part(question)
    named = [(name, not any(map(tells.search, said))) for name, tells in _aspects(part)]
    for mention in _named_things(part):
        named.append((mention.text, not _is_named(mention.concept, said)))
    lacking = [name for name, missing in named if missing]
    if not lacking or (_JOINED.search(part) and len(lacking) < len(named)):
        return None
    return lacking[0]


def said_of(report: Report, patient: int | None, passages: Iterable[Passage]) -> tuple[str, ...]:
    """The title and text of a report without what is said of other patients than this one.

    `passages` are those that were read, of any report; what was not read may be about anybody.
    """
    if patient is None:
        return report.title, report.text
    others = sorted(
        (p.start, p.end)
        for p in passages
        if p.report_id == report.id and p.patient not in (None, patient)
    )
    kept, at = [report.title], 0
    for start, end in others:
        kept.append(report.text[at:start])
        at = max(at, end)
    return *kept, report.text[at:]


_JOINED = re.compile(r"\band\b|\bor\b|[,/&+]", re.IGNORECASE)


def _aspects(part: str) -> Iterator[tuple[str, re.Pattern[str]]]:
    """The aspects that are asked about, and the words that tell of each."""
    return ((name, tells) for name, (asks, tells) in _TABLE.items() if asks.search(part))


def _named_things(part: str) -> list[Mention]:
    """The measurements and single antibodies that are named, in order; guessed ones are left."""
    return [
        m
        for m in lexicon().find(part, typos=True)
        if not m.corrected
        and (
            m.concept.name in MEASURED
            or (m.concept.kind == "antibody" and not lexicon().narrower(m.concept.name))
        )
    ]


def _is_named(concept: Concept, said: Sequence[str]) -> bool:
    """Whether a thing is named anywhere, be it in a name of the disease or in a table."""
    if concept.name in ENZYMES and any(map(ENZYMES_TOLD.search, said)):
        return True
    found = {mention.concept.name for text in said for mention in lexicon().find(text)}
    wider = {above for name in found if (one := lexicon().concept(name)) for above in one.broader}
    cores = {_NO_NAME.sub("", wording.lower()) for wording in concept.terms}
    texts = [_NO_LETTER.sub("", text.lower()) for text in said]
    return concept.name in found | wider or any(
        len(core) >= _SHORTEST and core in text for core in cores for text in texts
    )


_NO_NAME = re.compile(r"[^a-z0-9]|anti|(?:auto)?antibod(?:y|ies)|gamma|γ")
_NO_LETTER = re.compile(r"[^a-z0-9]")
_SHORTEST = 3
"""Characters of a name that is looked for inside words, too: 'ro' stands in many."""
