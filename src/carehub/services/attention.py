"""Looking over all children on file: who must be visited, who is alarming, what is coming, what is missing."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from carehub.domain.attention import Facts, Line, Rules, due_on
from carehub.services import consents, preferences
from carehub.services.desk import Desk
from carehub.store import attention


@dataclass(frozen=True)
class Overview:
    """How things stand on a day: every active child's facts, and the children (ids) of each line that has any."""

    day: date
    intervals: Mapping[str, int]
    facts: Mapping[str, Facts]
    lines: Mapping[Line, Sequence[str]]

    def due(self, child_id: str) -> date:
        """The day by which a child is to be visited."""
        return due_on(self.facts[child_id], self.intervals)

    def overdue(self, child_id: str) -> int:
        """By how many days the visit is late; 0 on the day itself, negative before it."""
        return (self.day - self.due(child_id)).days

    @cached_property
    def longest(self) -> int:
        """The days of whoever waits longest."""
        return max((self.overdue(child) for child in self.lines.get(Line.OVERDUE, ())), default=0)


def look_over(desk: Desk, day: date | None = None) -> Overview:
    """How things stand on a day (today)."""
    today = day or date.today()
    rules = Rules(today, preferences.visit_intervals(desk))
    known: dict[str, Facts] = {}
    lines: dict[Line, list[str]] = {}
    with desk.store.reading() as session:
        for facts in attention.facts(session, lambda own, papers: consents.care_state(papers, today, own=own), today):
            known[facts.id] = facts
            for line in rules.lines(facts):
                lines.setdefault(line, []).append(facts.id)
    return Overview(today, rules.intervals, known, lines)


def children_of(desk: Desk, line: Line, day: date | None = None) -> tuple[str, ...]:
    """The children of one line."""
    return tuple(look_over(desk, day).lines.get(line, ()))
