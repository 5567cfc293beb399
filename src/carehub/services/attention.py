"""What there is to see to: who must be visited, who is alarming, what is coming, what is missing."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from carehub.domain.attention import Facts, Line, Rules, due_on
from carehub.services import preferences
from carehub.services.desk import Desk
from carehub.store import attention, linked
from carehub.store.attention import Counted


@dataclass(frozen=True)
class Overview:
    """How things stand on a day for some children (id → facts)."""

    rules: Rules
    facts: Mapping[str, Facts]

    def due(self, child_id: str) -> date:
        """The day by which a child is to be visited."""
        return due_on(self.facts[child_id], self.rules.intervals)

    def due_days(self) -> list[date]:
        """The days of all of them."""
        return [self.due(child) for child in self.facts]

    def overdue(self, child_id: str) -> int:
        """By how many days the visit is late; 0 on the day itself, negative before it."""
        return (self.rules.day - self.due(child_id)).days

    def lines(self, child_id: str) -> list[Line]:
        """Everything there is to see to about a child."""
        return self.rules.lines(self.facts[child_id])


def rules_on(desk: Desk, day: date | None = None) -> Rules:
    """The rules as they stand on a day (today) with the intervals of this store."""
    return Rules(day or date.today(), preferences.visit_intervals(desk))


def count(desk: Desk, day: date | None = None) -> Counted:
    """How many children stand in each line."""
    rules = rules_on(desk, day)
    with desk.store.reading() as session:
        return attention.count(session, rules)


def children_of(desk: Desk, line: Line, day: date | None = None) -> tuple[str, ...]:
    """The children of one line."""
    rules = rules_on(desk, day)
    with desk.store.reading() as session:
        return tuple(attention.of_line(session, rules, line))


def of_lines(desk: Desk, lines: Sequence[Line], day: date | None = None) -> Overview:
    """The children who stand in one of some lines."""
    rules = rules_on(desk, day)
    with desk.store.reading() as session:
        return Overview(rules, {f.id: f for f in attention.facts(session, rules, lines=lines)})


def of_children(desk: Desk, child_ids: Sequence[str], day: date | None = None) -> Overview:
    """Some children, whatever their status: each under the id of the file that stands for all files of the person."""
    rules = rules_on(desk, day)
    with desk.store.reading() as session:
        roots = linked.roots(session, "child")
        ids = [roots.get(i, i) for i in child_ids]
        return Overview(rules, {f.id: f for f in attention.facts(session, rules, ids=ids)})
