"""Who has handed in, month by month: the township's calendar of its rooms and schools. What lay on the table and could
not be taken in yet is remembered here, until it is."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from pathlib import Path
from typing import Any

from carehub.domain.errors import CareHubError
from carehub.domain.texts import mark
from carehub.services import handover, sites
from carehub.services.desk import Desk
from carehub.services.merging import Merged
from carehub.store import settings
from carehub.sync import bundle, incoming

MONTHS = 12
GAP, WORDS, VOIDS = mark("bundle {number} is missing"), mark("five words to compare"), mark("voids to confirm")
_REASONS = {incoming.GAP: GAP, incoming.APPROVE: WORDS, incoming.REPLACED: WORDS, incoming.MANY_VOIDS: VOIDS}


class Mark(StrEnum):
    """What a month of a site shows."""

    HANDED_IN = "handed in"
    NOTHING = "nothing"
    NOT_YET = "not yet"  # the present month: it may still come
    BEFORE = "before"  # before the site handed in for the first time


@dataclass(frozen=True, slots=True)
class Waits:
    """A bundle that could not be taken in yet. `reason` is a message id; `missing` the number it waits for, 0 if it
    waits for something else; `at` is Unix milliseconds."""

    reason: str
    missing: int
    number: int
    file: str
    at: int


@dataclass(frozen=True, slots=True)
class Month:
    """One month of one site. `bundles` are those taken in then (rows of `handover.taken`), the earliest first."""

    first: date
    mark: Mark
    bundles: tuple[dict[str, Any], ...] = ()


@dataclass(frozen=True, slots=True)
class SiteYear:
    """The months of one site, the earliest first, and what of it waits. `revoked`: its laptop was lost, and the new one
    has not handed in yet."""

    site: str
    name: str
    months: tuple[Month, ...]
    waits: Waits | None = None
    revoked: bool = False

    @property
    def latest(self) -> dict[str, Any] | None:
        """The newest bundle in sight."""
        return next((b for m in reversed(self.months) for b in reversed(m.bundles)), None)


def months_before(today: date, count: int = MONTHS) -> list[date]:
    """The first days of the last months, the present one included, the earliest first."""
    at = today.year * 12 + today.month - 1
    return [date(n // 12, n % 12 + 1, 1) for n in range(at - count + 1, at + 1)]


def calendar(desk: Desk, today: date | None = None, count: int = MONTHS) -> list[SiteYear]:
    """The sites that hand over here, by name, with their last months."""
    months = months_before(today or date.today(), count)
    by_site: dict[str, dict[date, list[dict[str, Any]]]] = {}
    for taken in reversed(handover.taken(desk)):
        day = datetime.fromtimestamp(taken["at"] / 1000).date().replace(day=1)
        by_site.setdefault(taken["site_id"], {}).setdefault(day, []).append(taken)
    waits = _waiting(desk)
    return [
        SiteYear(
            site, name, tuple(_month(m, months[-1], by_site.get(site, {})) for m in months), waits.get(site), revoked
        )
        for site, name, revoked in sites.below(desk)
    ]


def _month(first: date, present: date, bundles: dict[date, list[dict[str, Any]]]) -> Month:
    if found := bundles.get(first):
        return Month(first, Mark.HANDED_IN, tuple(found))
    if first == present:
        return Month(first, Mark.NOT_YET)
    return Month(first, Mark.NOTHING if bundles and min(bundles) < first else Mark.BEFORE)


# --- what lay on the table --------------------------------------------------------------------------------------------


def _key(site: str) -> str:
    return f"waiting/{site}"


def _waiting(desk: Desk) -> dict[str, Waits]:
    found = {}
    with desk.store.reading() as session:
        for site, _, _ in sites.below(desk):
            told = settings.get(session, _key(site))
            if isinstance(told, dict):
                found[site] = Waits(**told)
    return found


def note_waiting(desk: Desk, results: Sequence[Merged]) -> None:
    """Remembers which bundles had to wait and why, and forgets those that came in since. It concerns this store
    only."""
    with desk.unit(desk.taking) as unit:
        for result in results:
            if result.status == "waiting" and result.error and (header := _header(result.file)):
                missing = result.error.values.get("number", 0)
                waits = {"reason": _REASONS.get(result.error.message, result.error.message),
                         "missing": missing, "number": header.number, "file": result.file.name,
                         "at": header.made_at}  # fmt: skip
                settings.put(unit.session, _key(header.signer.site), waits)
            elif result.status == "merged" and result.preview is None:
                told = settings.get(unit.session, _key(result.site))
                if isinstance(told, dict) and told["number"] <= result.number:
                    settings.drop(unit.session, _key(result.site))


def _header(file: Path) -> bundle.Header | None:
    try:
        return handover.front(file)
    except CareHubError:
        return None
