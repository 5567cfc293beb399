"""What there is to see to, asked of the database: the facts that decide about each child on file (`domain.attention`),
counted line by line in one statement. What several files of one person hold counts for the file that stands for all.

What is read stands in covering indexes (`child_on_file`, `family_on_call`, `visit_last`, `visit_danger`,
`consent_care`): the tables themselves are several times as large, and deciphering them takes most of the time. An index
covers a condition only if the columns it asks for stand in it too, `voided_on` among them.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlmodel import Session

from carehub.domain.attention import Facts, Line, Rules, filed_on
from carehub.domain.care import CHECK_FIELDS
from carehub.domain.follow_up import interval
from carehub.store import linked
from carehub.store.attention_lines import CONSENT, NEVER, NONE, STANDS, bounds, conditions, due_by, groups, pace
from carehub.store.homes import AT_HOME_HERE

_DANGER = f"'danger' IN ({', '.join(CHECK_FIELDS)})"
_DONE = "done_on IS NOT NULL AND voided_on IS NULL"
_CARE = "purpose = 'care' AND voided_on IS NULL"
_PARTS: Mapping[str, tuple[str, str, str]] = {
    "family": (
        """max(coalesce(is_guardian, 0)) * 4 + max(coalesce(is_carer, 0)) * 2
            + max(coalesce(is_guardian, 0) AND coalesce(phone, '') <> '')""",
        "family_member INDEXED BY family_on_call",
        "voided_on IS NULL AND (is_guardian OR is_carer)",
    ),
    "seen": (f"max(done_on || coalesce(next_on, '{NONE}'))", "visit INDEXED BY visit_last", _DONE),
    "contact": (
        f"""max(iif(parent_contact = 'ok', done_on, '{NONE}'))
            || max(iif(parent_contact IN ('concern', 'danger') AND done_on <= :silence, done_on, '{NONE}'))
            || max(iif(parent_contact IS NULL, '', done_on || parent_contact))""",
        "visit INDEXED BY visit_last",
        _DONE,
    ),
    "alarmed": ("max(done_on)", "visit INDEXED BY visit_danger", f"{_DANGER} AND {_DONE}"),
}
"""What is read of the rows that point to a child: what, from where, of which rows. Several days stand side by side in
one text, so that one walk along an index is enough."""
_LAST = f"""FROM visit INDEXED BY visit_last WHERE child_id = c.id AND {_DONE}
    ORDER BY done_on DESC, next_on DESC LIMIT 1"""
_SHORT: Mapping[str, str] = {
    "seen": f"(SELECT done_on || coalesce(next_on, '{NONE}') {_LAST})",
    "contact": f"CASE (SELECT parent_contact {_LAST}) WHEN 'ok' THEN NULL ELSE {{whole}} END",
}
"""The same of one file, without walking through all its visits: where the last one found contact with the parents in
order, the former ones are not asked."""
_PAPERS = f"""max(coalesce(withdrawn_on <= :day, 0)) || max(coalesce(given_by, 'guardian') = 'guardian')
    || max(coalesce(given_by, '') = 'child') || coalesce(min(expires_on), '{NEVER}')"""
_NEWEST = "given_by, max(coalesce(given_on, '') || consent.id), expires_on, withdrawn_on"
"""Of the consents of one giver only the newest counts; the columns beside a `max` are those of its row."""

_CHILD = """c.id, c.birth_date AS birth, coalesce(c.guardianship, '') AS guardianship,
    coalesce(c.risk_level, '') AS risk,
    coalesce(c.home_address, '') <> '' OR coalesce(c.register_address, '') <> '' AS address"""
_LIVE = f"c.voided_on IS NULL AND c.{AT_HOME_HERE}"
_ACTIVE = "coalesce(c.status, 'active') = 'active'"
_ALARMED = "coalesce(alarmed = substr(seen, 1, 10), 0)"
_FACTS = f"""SELECT id, birth, guardianship = 'nobody' AS nobody, guardianship, risk, address,
    coalesce(family, 0) & 4 <> 0 AS guardian, coalesce(family, 0) & 2 <> 0 AS carer,
    coalesce(family, 0) & 1 <> 0 AS phone, substr(seen, 1, 10) AS last, substr(seen, 11) AS agreed,
    substr(contact, 1, 10) AS in_touch, substr(contact, 11, 10) AS silent,
    coalesce(substr(contact, 31) = 'danger', 0) AS lost, {_ALARMED} AS danger,
    coalesce(substr(papers, 1, 1), '0') AS withdrawn, {CONSENT} AS consent, {{pace}} AS pace FROM packed"""
"""Names for what lies packed side by side."""


def _each(where: str) -> str:
    """Children with one file each: what points to the child is looked up child by child."""
    parts = []
    for name, (what, source, rows) in _PARTS.items():
        whole = f"(SELECT {what} FROM {source} WHERE child_id = c.id AND {rows})"
        parts.append(f"{_SHORT.get(name, '{whole}').replace('{whole}', whole)} AS {name}")
    papers = f"""(SELECT {_PAPERS} FROM (SELECT {_NEWEST} FROM consent INDEXED BY consent_care
        WHERE child_id = c.id AND {_CARE} GROUP BY given_by)) AS papers"""
    source = "child c INDEXED BY child_on_file"
    return f"SELECT {_CHILD}, {', '.join(parts)}, {papers} FROM {source} WHERE {_LIVE} AND {where}"


def _linked(where: str) -> str:
    """Children with several files, `kin` (file → the one that stands for all): they are few, and laid together."""
    parts = [
        f"""LEFT JOIN (SELECT kin.root, {what} AS {name} FROM kin JOIN {source} ON child_id = kin.id WHERE {rows}
        GROUP BY kin.root) AS of_{name} ON of_{name}.root = c.id"""
        for name, (what, source, rows) in _PARTS.items()
    ]
    papers = f"""LEFT JOIN (SELECT root, {_PAPERS} AS papers FROM (SELECT kin.root AS root, {_NEWEST}
        FROM kin JOIN consent INDEXED BY consent_care ON child_id = kin.id WHERE {_CARE} GROUP BY kin.root, given_by)
        GROUP BY root) AS of_papers ON of_papers.root = c.id"""
    columns = f"{_CHILD}, {', '.join(_PARTS)}, papers"
    return f"SELECT {columns} FROM child c {' '.join(parts)} {papers} WHERE {_LIVE} AND {where}"


def _statement(session: Session, rules: Rules, ids: Sequence[str] | None) -> tuple[str, dict[str, object]]:
    """The common table `facts` of every active child at home here, or of some children whatever their status, and the
    values that it needs. What is read is laid down first: else every condition would read it again."""
    roots = linked.roots(session, "child")
    values = bounds(rules)
    where = _ACTIVE
    if ids is not None:
        where, values["ids"] = "c.id IN (SELECT value FROM json_each(:ids))", json.dumps(list(ids))
    tables = f"packed AS MATERIALIZED ({_each(where)})"
    if roots:
        kin = roots | {root: root for root in roots.values()}
        values["kin"] = json.dumps(kin)
        alone = _each(f"{where} AND c.id NOT IN (SELECT id FROM kin)")
        together = _linked(f"{where} AND c.id IN (SELECT root FROM kin)")
        tables = f"""kin(id, root) AS MATERIALIZED (SELECT key, value FROM json_each(:kin)),
            packed AS MATERIALIZED ({alone} UNION ALL {together})"""
    how = pace(len(rules.intervals)).replace("{danger}", _ALARMED)
    return f"WITH {tables}, facts AS ({_FACTS.replace('{pace}', how)})", values


@dataclass(frozen=True, slots=True)
class Counted:
    """How many children stand in each line, and by how many days whoever waits longest is overdue."""

    lines: Mapping[Line, int]
    longest: int


def count(session: Session, rules: Rules) -> Counted:
    """Counts every line."""
    with_facts, values = _statement(session, rules, None)
    grouped = groups()
    selects = [
        f"SELECT json_array({', '.join(map(_count, lines.values()))}) FROM facts WHERE {any_}"
        for any_, lines in grouped
    ]
    selects.append(_visits(len(rules.intervals)))
    rows = _fetch(session, f"{with_facts} {' UNION ALL '.join(selects)}", values)
    *told, (within, late, *first) = [json.loads(row[0]) for row in rows]
    found = {Line.OVERDUE: late, Line.SOON: within - late}
    for (_, lines), counts in zip(grouped, told, strict=True):
        found |= dict(zip(lines, counts, strict=True))
    return Counted(found, _longest(rules, first))


def _count(condition: str) -> str:
    return f"count(*) FILTER (WHERE {condition})"


def _visits(levels: int) -> str:
    """Who is due within a week, who of them now, and what tells since when (`_longest`)."""
    late, soon = due_by(levels)
    first = [f"min(last) FILTER (WHERE pace = {n}), min(id) FILTER (WHERE pace = {n} AND last IS NULL)"
             for n in range(levels)]  # fmt: skip
    agreed = "min(agreed) FILTER (WHERE agreed > last)"
    return f"""SELECT json_array(count(*), {_count(late)}, {", ".join(first)}, {agreed})
        FROM facts WHERE {STANDS} AND {soon}"""


def _longest(rules: Rules, first: Sequence[str | None]) -> int:
    """How many days overdue the child is that waits longest: from the first last visit and the first file without a
    visit at each level of risk, and the first day agreed, of all who are due within a week."""
    days = [interval(level, rules.intervals) for level in rules.intervals]
    *pairs, agreed = first
    due = [_day(agreed)] if agreed else []
    for since, last, row_id in zip(days, pairs[::2], pairs[1::2], strict=True):
        begun = ([_day(last)] if last else []) + ([filed_on(row_id)] if row_id else [])
        due += [day + timedelta(days=since) for day in begun]
    return max(0, (rules.day - min(due)).days) if due else 0


def of_line(session: Session, rules: Rules, line: Line) -> list[str]:
    """The children (ids) of one line, oldest file first."""
    with_facts, values = _statement(session, rules, None)
    sql = f"{with_facts} SELECT id FROM facts WHERE {conditions(len(rules.intervals))[line]} ORDER BY id"
    return [row[0] for row in _fetch(session, sql, values)]


def facts(
    session: Session, rules: Rules, *, lines: Sequence[Line] = (), ids: Sequence[str] | None = None
) -> list[Facts]:
    """The facts of the active children who stand in one of some lines (none: of all), or of the children named,
    whatever their status; oldest file first."""
    with_facts, values = _statement(session, rules, ids)
    known = conditions(len(rules.intervals))
    where = " OR ".join(f"({known[line]})" for line in lines) or "1"
    sql = f"""{with_facts} SELECT id, birth, guardianship, risk, address, guardian, carer, phone, last, agreed, danger,
        consent, in_touch, silent, lost FROM facts WHERE {where} ORDER BY id"""
    return [_facts(row) for row in _fetch(session, sql, values)]


def _facts(row: tuple[Any, ...]) -> Facts:
    (child, birth, guardianship, risk, address, guardian, carer, phone, last, agreed, danger, consent, in_touch, silent,
     lost) = row  # fmt: skip
    return Facts(
        child, filed_on(child), _day_or_none(birth), guardianship or None, risk or None, bool(address), bool(guardian),
        bool(carer), bool(phone), _day_or_none(last), _day_or_none(agreed), bool(danger), consent,
        _day_or_none(in_touch), _day_or_none(silent), bool(lost),
    )  # fmt: skip


def _fetch(session: Session, sql: str, values: Mapping[str, object]) -> list[tuple[Any, ...]]:
    """Rows as the driver gives them: for thousands the wrapping would take as long as the reading."""
    driver = session.connection().connection.driver_connection
    assert driver is not None
    found: list[tuple[Any, ...]] = driver.execute(sql, dict(values)).fetchall()
    return found


_day = date.fromisoformat


def _day_or_none(iso: str | None) -> date | None:
    return None if iso is None or iso == NONE else _day(iso)
