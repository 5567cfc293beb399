"""Pairing agreements: what stands on them. They are printed as one of `group_papers` and found by their number."""

import io
from collections.abc import Sequence
from datetime import date

from carehub import resources
from carehub.domain.care import Pairing
from carehub.domain.people import Child, Volunteer
from carehub.domain.sheet_number import new_sheet_number
from carehub.papers.pairing_agreement import PairingAgreement, write_agreement
from carehub.papers.press import Press
from carehub.services import children, consents, preferences, records
from carehub.services.desk import Desk
from carehub.store import linked, queries


def unsigned(desk: Desk) -> list[str]:
    """The running pairings at home here whose agreement was not signed yet, oldest first; not where consent to care was
    withdrawn."""
    with desk.store.reading() as session:
        found = queries.where(session, Pairing, ended_on=None, signed_on=None)
        roots = linked.roots(session, "child")
        children = {p.id: roots.get(p.child_id, p.child_id) for p in found}
        left_out = consents.left_out(session, "pairing", among=sorted(set(children.values())))
    return [p.id for p in found if children[p.id] not in left_out]


def drawn(desk: Desk, ids: Sequence[str], press: Press) -> list[bytes]:
    """The agreements of some pairings, each a paper of its own."""
    papers = []
    for agreement in gathered(desk, records.fetch(desk, Pairing, ids)):
        out = io.BytesIO()
        write_agreement(out, agreement, press)
        papers.append(out.getvalue())
    return papers


def gathered(desk: Desk, pairings: Sequence[Pairing]) -> list[PairingAgreement]:
    """What stands on the agreements of some pairings; one whose child or volunteer is gone has none. Before the first
    printing the number only shows where it will stand."""
    days, wording = preferences.visit_intervals(desk), resources.pairing_agreement()
    with desk.store.reading() as session:
        roots, persons = linked.roots(session, "child"), linked.roots(session, "volunteer")
        wanted = queries.rows(session, Child, [roots.get(p.child_id, p.child_id) for p in pairings])
        files = {f.child.id: f for f in children.files(session, wanted)}
        people = {v.id: v for v in queries.rows(session, Volunteer, [persons.get(p.volunteer_id, p.volunteer_id)
                                                                     for p in pairings])}  # fmt: skip
        offices = queries.names(session, "site", list({f.child.site_id for f in files.values()}))
    made = []
    for p in pairings:
        file = files.get(roots.get(p.child_id, p.child_id))
        volunteer = people.get(persons.get(p.volunteer_id, p.volunteer_id))
        if file is not None and volunteer is not None:
            interval = days.get(file.child.risk_level or "unknown", days["unknown"])
            office = offices.get(file.child.site_id) or desk.site.name
            number = p.sheet_no or new_sheet_number(date.today())
            made.append(PairingAgreement(p, file.child, file.guardian, volunteer, office, interval, wording, number))
    return made
