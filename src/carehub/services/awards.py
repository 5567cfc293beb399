"""Awards and the numbers of their certificates."""

from collections.abc import Mapping
from datetime import date

from carehub.domain.drafts import require
from carehub.domain.giving import Award
from carehub.services import records
from carehub.services.desk import Desk
from carehub.store import queries
from carehub.store.store import Touched


def add(desk: Desk, values: Mapping[str, object]) -> tuple[Award, Touched]:
    """Adds an award with the next certificate number of its issuer and year; without an issuer, this site's."""
    clean = require(Award, {"issuer": desk.site.name, **values}, desk.codes)
    day = clean["awarded_on"]
    assert isinstance(day, date)
    with desk.unit() as unit:
        taken = {a.certificate_no for a in queries.where(unit.session, Award, issuer=clean["issuer"])}
        number = next(n for n in (_number(desk, day.year, i) for i in range(1, 100_000)) if n not in taken)
        award = records.insert(unit, desk, Award, {**clean, "certificate_no": number})
    return award, unit.touched


def _number(desk: Desk, year: int, n: int) -> str:
    """〔year〕site-n: the site's own part keeps numbers apart that two sites give out for one issuer."""
    return f"关爱〔{year}〕{desk.site.id[-4:].upper()}-{n:04d}号"
