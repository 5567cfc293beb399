"""The few facts that decide what there is to see to, of all children on file at once: four statements, whatever their
number. What several files of one person hold counts for the file that stands for all."""

from collections.abc import Callable, Iterator, Mapping
from datetime import date
from functools import lru_cache
from typing import Any, NamedTuple

from sqlalchemy import text
from sqlmodel import Session

from carehub.domain.attention import Facts, filed_on, years_before
from carehub.domain.protection import OWN_CONSENT_AGE
from carehub.store import linked
from carehub.store.homes import AT_HOME_HERE

# Where all rows are wanted, one walk through the table is several times faster than one through an index and the table.
_CHILDREN = f"""SELECT id, birth_date, guardianship, risk_level,
    coalesce(home_address, '') <> '' OR coalesce(register_address, '') <> ''
    FROM child NOT INDEXED WHERE voided_on IS NULL AND coalesce(status, 'active') = 'active' AND {AT_HOME_HERE}"""
_VISITS = """SELECT child_id, max(done_on), next_on FROM visit
    WHERE done_on IS NOT NULL AND voided_on IS NULL GROUP BY child_id"""
_FAMILY = """SELECT child_id, max(coalesce(is_guardian, 0)), max(coalesce(is_carer, 0)),
    max(coalesce(is_guardian, 0) AND coalesce(phone, '') <> '') FROM family_member NOT INDEXED
    WHERE voided_on IS NULL AND (is_guardian OR is_carer) GROUP BY child_id"""
_CONSENTS = f"""SELECT child_id, coalesce(given_by, 'guardian'), max(coalesce(given_on, '') || id), expires_on,
    withdrawn_on FROM consent NOT INDEXED WHERE purpose = :purpose AND voided_on IS NULL AND {AT_HOME_HERE}
    GROUP BY child_id, coalesce(given_by, 'guardian')"""
_NOT_ASKED = date.min
"""The day of filing where a visit makes it of no account."""
_PLANNED = f"""SELECT count(*) FROM visit WHERE done_on IS NULL AND voided_on IS NULL AND {AT_HOME_HERE}"""


class Paper(NamedTuple):
    """The newest consent of one person to one purpose."""

    key: str
    expires_on: date | None
    withdrawn_on: date | None


def facts(session: Session, consent: Callable[[bool, Mapping[str, Paper]], str], today: date) -> Iterator[Facts]:
    """The facts of every active child at home here. `consent` tells how consent to the care stands `today`, from
    whether the child is to be asked as well and the newest papers by who gave them."""
    roots = linked.roots(session, "child")
    seen = _merged(session, _VISITS, roots, lambda a, b: max(a, b, key=lambda visit: visit[0] or ""))
    family = _merged(session, _FAMILY, roots, lambda a, b: tuple(map(max, a, b)))
    papers = _papers(session, "care", roots)
    nobody, never, none = (0, 0, 0), (None, None), dict[str, Paper]()
    asked = years_before(today, OWN_CONSENT_AGE)
    states = {own: consent(own, none) for own in (False, True)}
    for child, born, guardianship, risk, address in _fetch(session, _CHILDREN):
        if child in roots:
            continue
        birth = _day(born)
        guardian, carer, phone = family.get(child, nobody)
        last, agreed = seen.get(child, never)
        own, mine = birth is not None and birth <= asked, papers.get(child)
        yield Facts(
            child, _NOT_ASKED if last else filed_on(child), birth, guardianship, risk, bool(address), bool(guardian),
            bool(carer), bool(phone), _day(last), _day(agreed), consent(own, mine) if mine else states[own],
        )  # fmt: skip


def _fetch(session: Session, sql: str, values: Mapping[str, object] | None = None) -> list[tuple[Any, ...]]:
    """Rows as the driver gives them: for tens of thousands the wrapping would take as long as the reading."""
    driver = session.connection().connection.driver_connection
    assert driver is not None
    found: list[tuple[Any, ...]] = driver.execute(sql, dict(values or {})).fetchall()
    return found


@lru_cache(maxsize=20_000)
def _day(iso: str | None) -> date | None:
    return date.fromisoformat(iso) if iso else None


def _merged(
    session: Session, sql: str, roots: Mapping[str, str], both: Callable[[Any, Any], Any]
) -> dict[str, tuple[Any, ...]]:
    """Rows by their first column; those of one person's other files laid together by `both`."""
    found = {row[0]: tuple(row[1:]) for row in _fetch(session, sql)}
    for other, root in roots.items():
        if other in found:
            mine = found[other]
            found[root] = both(found[root], mine) if root in found else mine
    return found


def _papers(session: Session, purpose: str, roots: Mapping[str, str]) -> dict[str, dict[str, Paper]]:
    found: dict[str, dict[str, Paper]] = {}
    for child, giver, key, expires, withdrawn in _fetch(session, _CONSENTS, {"purpose": purpose}):
        mine, paper = found.setdefault(roots.get(child, child), {}), Paper(key, _day(expires), _day(withdrawn))
        if giver not in mine or mine[giver].key < paper.key:
            mine[giver] = paper
    return found


def planned(session: Session) -> int:
    """How many visits are planned whose sheets have not come back."""
    return int(session.execute(text(_PLANNED)).scalar_one())
