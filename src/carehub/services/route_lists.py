"""The route list as a paper: planned (or tried as a preview), drawn, written."""

import io
from collections.abc import Generator, Sequence
from datetime import date
from pathlib import Path

from carehub.domain.errors import NotFound
from carehub.domain.people import Child
from carehub.domain.planning import week_of
from carehub.domain.progress import Progress
from carehub.papers.route_list import RouteLine, RouteList, write_route_list
from carehub.services import access, children, planning, records, visits
from carehub.services.desk import Desk
from carehub.services.files import write_over
from carehub.services.printing import DRAWING, Printed, pages_of, press


def route_list_pdf(
    desk: Desk, ids: Sequence[str] = (), day: date | None = None, *, preview: bool = False
) -> Generator[Progress, None, tuple[bytes, int]]:
    """The route list as PDF bytes and its number of visits: for the children named, else for all who must be visited
    now. The visits are planned for `day` (today) with their volunteers, so that the sheets printed afterwards have the
    same numbers; a `preview` plans nothing. Raises `NotFound` where nobody is to be visited."""
    today = day or date.today()
    chosen = records.resolve_ids(desk, Child, ids) if ids else planning.choose(desk, day=today)
    plan = planning.propose(desk, chosen, today)
    if not plan.stops:
        raise NotFound(planning.NOBODY_DUE)
    yield Progress(0, len(plan.stops), DRAWING)
    wanted = [s.child.id for s in plan.stops]
    access.took_out(desk, "print", "child", wanted, detail="preview" if preview else "")
    planned = visits.plan(desk, wanted, today, keep=False)[0] if preview else planning.save(desk, plan)[0]
    found = {f.child.id: f for f in children.read(desk, wanted)}
    lines = [
        RouteLine(s.child, s.address, found[s.child.id].guardian, s.last, s.overdue, s.volunteer, v.sheet_no or "")
        for s, v in zip(plan.stops, planned, strict=True)
    ]
    first, until = week_of(today)
    out = io.BytesIO()
    write_route_list(out, RouteList(desk.site.name, first, until, lines), press())
    return out.getvalue(), len(lines)


def route_list_file(desk: Desk, out: Path, ids: Sequence[str] = ()) -> Generator[Progress, None, Printed]:
    """The route list into a PDF file."""
    data, count = yield from route_list_pdf(desk, ids)
    write_over(out, data)
    return Printed(out, count, pages_of(data))
