"""The lines of the Today page, counted by the database, against the rules told child by child. What a room would lose:
a child that the fast count forgets."""

from collections.abc import Sequence
from datetime import date, timedelta
from itertools import takewhile
from random import Random

import pytest

from carehub.domain.attention import Facts, Line, Rules, due_on, filed_on, first_id, is_silent
from carehub.domain.care import Visit
from carehub.domain.follow_up import dangers
from carehub.domain.ids import new_id
from carehub.domain.people import Child, FamilyMember
from carehub.services import attention, consents, visits
from carehub.services.desk import Desk
from carehub.store import attention as counted
from carehub.store import linked, queries

DAYS = (date(2026, 11, 25), date(2028, 2, 27), date(2027, 12, 28), date(2027, 3, 1))
INTERVALS = {"high": 7, "medium": 30, "low": 90, "unknown": 30}
CHECKS = ("home_safety", "guardianship", "health", "study", "mood", "parent_contact")
CHILDREN = 320
TURNS = (-8, -7, -1, 0, 0, 1, 7, 8)


class MadeUp:
    """Rows as a store may come to hold them, most of them close to a day on which something turns."""

    def __init__(self, desk: Desk, seed: int, day: date) -> None:
        self.desk, self.pick, self.day = desk, Random(seed), day

    def fill(self) -> None:
        """Children with families, visits and consents; some are one person's, voided, closed, or at home elsewhere."""
        with self.desk.unit() as unit:
            self.raw = unit.raw
            ids = [self.child() for _ in range(CHILDREN)]
            for one in ids:
                for _ in range(self.pick.randrange(3)):
                    self.member(one)
                for _ in range(self.pick.choice((0, 1, 2, 5))):
                    self.visit(one)
                for _ in range(self.pick.choice((0, 1, 2, 3))):
                    self.consent(one)
            for _ in range(CHILDREN // 8):
                one, other = self.pick.sample(ids, 2)
                self.raw.execute("UPDATE child SET same_as = ? WHERE id = ?", (other, one))
            unit.merged = True

    def near(self, *turns: int) -> str:
        """A day close to so many days from the day."""
        return (self.day + timedelta(days=self.pick.choice(turns) + self.pick.choice((-1, 0, 0, 1)))).isoformat()

    def add(self, table: str, **cells: object) -> str:
        site = "elsewhere" if table == "child" and self.pick.random() < 0.03 else self.desk.site.id
        row = {"id": new_id(), "site_id": site, "voided_on": self.seldom("2026-01-01", 0.06), **cells}
        marks = ", ".join("?" * len(row))
        self.raw.execute(f"INSERT INTO {table} ({', '.join(row)}) VALUES ({marks})", list(row.values()))
        return str(row["id"])

    def seldom(self, value: str, how: float = 0.5) -> str | None:
        return value if self.pick.random() < how else None

    def child(self) -> str:
        pick = self.pick
        years = pick.choice((0, 1, 7, 8, 13, 14, 15, 16, 17, 18, 19))
        born = self.day.replace(year=self.day.year - years) + timedelta(days=pick.choice((-31, -30, *TURNS, 30, 31)))
        born = born if pick.random() < 0.9 else date(pick.choice((2008, 2012, 2016, 2020)), 2, 29)
        filed = first_id(date.fromisoformat(self.near(-400, -90, -83, -30, -23, -7, 0)))
        return self.add(
            "child",
            id=filed + new_id()[13:],
            name="某",
            birth_date=pick.choice((born.isoformat(), born.isoformat(), born.isoformat(), None)),
            guardianship=pick.choice(("nobody", "nobody", "fair", "poor", None)),
            risk_level=pick.choice(("high", "medium", "low", "low", "odd", "unknown", "", None)),
            home_address=pick.choice(("3组", "", None)),
            register_address=pick.choice(("石桥镇", "", None, None)),
            status=pick.choice(("active", "active", "active", None, "moved")),
        )

    def member(self, child: str) -> None:
        self.add("family_member", child_id=child, name="某", is_guardian=self.pick.choice((1, 1, 0, None)),
                 is_carer=self.pick.choice((1, 0, None)),
                 phone=self.pick.choice(("13800000001", "无", "", None)))  # fmt: skip

    def visit(self, child: str) -> None:
        """One visit, or two on the same day."""
        pick = self.pick
        done = pick.choice((self.near(-400, -97, -90, -83, -37, -30, -23, -7, 0), None))
        for _ in range(pick.choice((1, 1, 2))):
            checks = {check: pick.choice((None, *["ok"] * 8, "concern", "danger")) for check in CHECKS}
            checks["parent_contact"] = pick.choice((None, "ok", "concern", "concern", "danger"))
            self.add("visit", child_id=child, done_on=done, planned_for=self.near(0),
                     next_on=pick.choice((None, None, self.near(-30, -7, 0, 7, 60))), **checks)  # fmt: skip

    def consent(self, child: str) -> None:
        self.add("consent", child_id=child, purpose=self.pick.choice(("care", "care", "care", "photo", None)),
                 given_by=self.pick.choice(("guardian", "guardian", "child", None, "odd")),
                 given_on=self.pick.choice((self.near(-400, -30, 0), None)),
                 withdrawn_on=self.seldom(self.near(0), 0.1),
                 expires_on=self.pick.choice((None, self.near(0, 30))))  # fmt: skip


def told(desk: Desk, rules: Rules) -> list[Facts]:
    """The facts of every active child as a person would gather them, file by file."""
    with desk.store.reading() as session:
        roots = linked.roots(session, "child")
        found = [c for c in queries.where(session, Child) if c.id not in roots and (c.status or "active") == "active"]
        families = queries.owned(session, FamilyMember, "child_id", [c.id for c in found])
    return [_of(desk, rules, child, families[child.id]) for child in found]


def _of(desk: Desk, rules: Rules, child: Child, family: Sequence[FamilyMember]) -> Facts:
    done = [v for v in visits.of_child(desk, child.id) if v.done_on]
    last = max((v.done_on for v in done if v.done_on), default=None)
    then = [v for v in done if v.done_on == last]
    guardians = [m for m in family if m.is_guardian]
    standing = next(s for s in consents.of_child(desk, child.id, rules.day) if s.purpose == "care")
    return Facts(
        child.id, filed_on(child.id), child.birth_date, child.guardianship, child.risk_level,
        address=bool(child.home_address or child.register_address), guardian=bool(guardians),
        carer=any(m.is_carer for m in family), phone=any(m.phone for m in guardians), last=last,
        agreed=max((v.next_on for v in then if v.next_on), default=None),
        danger=any(dangers({c: getattr(v, c) for c in CHECKS}) for v in then),
        consent=standing.state.value, lost=broken(done, rules.after(-30)),
    )  # fmt: skip


def broken(done: Sequence[Visit], before: date) -> bool:
    """Whether contact with the parents is broken: from the last visit that looked back to the one that found it in
    order. Of two visits on one day the better one counts."""
    order = ("concern", "danger", "ok")
    looked = sorted((v.done_on, order.index(v.parent_contact)) for v in done if v.done_on and v.parent_contact)
    bad = list(takewhile(lambda look: order[look[1]] != "ok", reversed(looked)))
    return bool(bad) and (order[bad[0][1]] == "danger" or bad[-1][0] <= before)


@pytest.mark.parametrize(("seed", "day"), [*enumerate(DAYS)])
def test_the_database_counts_and_names_the_children_whom_the_rules_name(desk: Desk, seed: int, day: date) -> None:
    MadeUp(desk, seed, day).fill()
    rules = Rules(day, INTERVALS)
    known = {facts.id: facts for facts in told(desk, rules)}
    wanted = {line: sorted(c for c, facts in known.items() if line in rules.lines(facts)) for line in Line}
    assert all(wanted.values()), [line for line, ids in wanted.items() if not ids]
    found = attention.count(desk, day)
    assert found.lines == {line: len(ids) for line, ids in wanted.items()}
    late = {child: (day - due_on(known[child], INTERVALS)).days for child in wanted[Line.OVERDUE]}
    assert found.longest == max(late.values())
    for line, ids in wanted.items():
        assert list(attention.children_of(desk, line, day)) == ids, line
    with desk.store.reading() as session:
        assert {f.id: plain(f) for f in counted.facts(session, rules)} == {c: plain(f) for c, f in known.items()}


def plain(facts: Facts) -> Facts:
    """Facts without what the database does not tell apart: empty texts, and how contact with the parents broke off."""
    risk, guardianship = facts.risk or None, facts.guardianship or None
    return facts._replace(risk=risk, guardianship=guardianship, in_touch=None, silent=None, lost=is_silent(facts))
