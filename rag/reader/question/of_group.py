"""A question about children, or about pregnancy, in general → the reports that speak of them.

'Methotrexate dose in children' shares all but one word with the report of thirteen adults; what
they were given would be a wrong dose.
"""

# ruff: noqa: E501  (a table of patterns reads best one pattern to the line)

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from rag.schema import Report


@dataclass(frozen=True, slots=True)
class Group:
    """A kind of people: how a question asks for them in general, and how a report speaks of one."""

    name: str
    asked: re.Pattern[str]
    told: re.Pattern[str]


_CHILDREN = r"(?:children|kids|infants|toddlers|adolescents|teenagers|p(?:a)?ediatric patients)"
GROUPS = (
    Group(
        "children",
        re.compile(
            rf"\b(?:in|for|to|with|among|by) (?:(?:young|small|other|older|younger|most) )?"
            rf"(?:{_CHILDREN}|p(?:a)?ediatrics?|childhood)\b|"
            r"\b(?:in|for|to) (?:an?|any) (?:child|kid|infant|toddler|adolescent)\b(?! (?:of|who|whose|with|aged)\b)|"
            rf"\b(?:can|do|did|may|are|were) {_CHILDREN}\b|"
            r"\bp(?:a)?ediatric (?:dos\w+|use|patients?|cases?|treatment|DM|dermatomyositis)\b|"
            r"\bchild(?:ren)?['’]s dos\w+",
            re.IGNORECASE,
        ),
        re.compile(
            r"\bchild(?:ren|hood|ren's)?\b|\bjuvenile\b|\bJDM\w*|\bp(?:a)?ediatric\w*|\b(?:school|pre)?-?"
            r"(?:boys?|girls?)\b|\binfan\w+|\btoddlers?\b|\badolescen\w+|\bteen\w*|\bschool\w*|"
            r"(?<![\d.–-])(?:\d|1[0-7])(?:\.\d+)?[- ]years?[- ]old\b",
            re.IGNORECASE,
        ),
    ),
    Group(
        "pregnancy",
        re.compile(r"\b(?:in|during|while|for) (?:an? )?(?:pregnan\w+|gestation)\b", re.IGNORECASE),
        re.compile(
            r"\bpregnan\w+|\bgestation\w*|\bpost-?partum|\btrimester|\bfetus|\bfoetus", re.I
        ),
    ),
)


def group_asked(question: str) -> Group | None:
    """The kind of people that a question asks about in general; None where it asks of none."""
    return next((group for group in GROUPS if group.asked.search(question)), None)


def words_of_group(question: str) -> str:
    """The words by which a question asks about such people: 'in children'; '' where it does not."""
    return next((found[0] for group in GROUPS if (found := group.asked.search(question))), "")


def speaking_of(group: Group, reports: Mapping[str, Report]) -> frozenset[str]:
    """The ids of the reports whose title or text speaks of such people."""
    return frozenset(
        report.id
        for report in reports.values()
        if group.told.search(report.title) or group.told.search(report.text)
    )


def group_missing(question: str, reports: Iterable[Report]) -> str:
    """The kind of people asked about of whom no report speaks; '' where one does."""
    group = group_asked(question)
    if group is None or speaking_of(group, {report.id: report for report in reports}):
        return ""
    return group.name
