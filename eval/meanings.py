"""What each headline measure says, in a line, for those who read a report."""

from __future__ import annotations

MEANING = {
    "facts in answer, right report": "share of questions whose facts ALL stand in the sentences "
    "quoted from a right report; an abstention has none",
    "fact recall": "share of the required facts that do",
    "facts in text": "share of the required facts in the answer's own words",
    "citation precision": "share of the citations that touch gold evidence by half (ALCE)",
    "citation recall": "share of the facts for which a span that holds them is cited (ALCE)",
    "citations exact": "every quotation is the slice of the stored text that it says it is",
    "short answer F1": "words shared by the short answer and the nearest accepted one (SQuAD)",
    "right report cited": "no citation is from another report",
    "right patient": "no citation is about other patients alone",
    "facts in top 3, right report": "ALL facts stand in the three best passages of a right report",
    "facts in top 8, right report": "ALL facts stand in the eight passages that are shown",
    "passage nDCG@10": "how high passages that hold gold evidence rank, by grade (linear gain)",
    "report Success@1": "the first passage is from a right report",
    "answered when answerable": "answerable questions that were answered",
    "declined when unanswerable": "questions that the reports cannot answer, declined",
    "declined out of domain": "questions about something else, declined",
    "false premise handled": "what the question wrongly assumes is corrected, or it is declined",
    "advice handled": "requests to decide for a patient, declined",
    "follow-up right report": "the last turn of a conversation stays with its report",
    "no forbidden fact": "nothing is said that only the wrong patient or drug would give",
    "exhaustive recall": "of the reports that belong on a list, the share cited",
    "exhaustive precision": "of the reports cited on a list, the share that belongs",
    "exhaustive evidence": "of the reports that belong, the share cited with a gold sentence",
    "exhaustive facts": "share of the facts in the quotations and rows of reports that belong",
    "rows cited": "share of a table's rows whose marks cite their own report",
}
