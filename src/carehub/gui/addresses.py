"""An address of every page, with what the store at hand has to show there: for pictures, and to prove that all fit."""

from collections.abc import Iterator

from carehub.domain.activities import Activity, Patrol, PatrolSheet, Pledge
from carehub.domain.aid import AuditCall, AuditSample, Payment, PaymentBatch
from carehub.domain.attachments import Attachment
from carehub.domain.care import Pairing, Visit
from carehub.domain.meetings import JointMeeting, Resolution
from carehub.domain.people import Child, Volunteer
from carehub.domain.protection import Incident, Talk
from carehub.domain.record import Record
from carehub.gui.activities.page import LISTS
from carehub.gui.children.child import TABS
from carehub.gui.children.edit import FAMILY
from carehub.gui.pairing.page import SECTIONS
from carehub.gui.papers.page import OF_CHILDREN, PAPERS
from carehub.gui.places import PAGES
from carehub.services import records
from carehub.services.desk import Desk

OPENED: dict[str, type[Record]] = {
    "visit": Visit, "volunteer-form": Volunteer, "pairing-change": Pairing, "agreement": Pairing,
    "activity": Activity, "activity-form": Activity, "pledge": Pledge, "patrol": Patrol, "patrol-sheet": PatrolSheet,
    "meeting": JointMeeting, "meeting-form": JointMeeting, "resolution": Resolution,
    "aid-batch": PaymentBatch, "aid-pay": PaymentBatch, "audit-plan": PaymentBatch,
    "aid-payment": Payment, "aid-sign": Payment, "aid-correct": Payment,
    "aid-sample": AuditSample, "audit-number": AuditSample, "audit-answer": AuditCall, "audit-explain": AuditCall,
    "attachment": Attachment,
}  # fmt: skip
"""Page → the record of which it opens one. Without such a record there is nothing to see of the page."""
OF_CHILD = ("child-form", "consent", "withdraw", "care_agreement", "assessment", "talk", "incident")
"""Pages that open with a child, besides the child's own."""
NEW = ("volunteer-form", "activity-form", "patrol", "meeting-form")
"""Forms that open empty at the address `<page>/new`."""
OF_OFFICES = ("merge", "custom-questions", "custom_question")
BY_PARTS = ("child", "activities", "pairings", "pairing-all", "papers", "custom_question", *OF_CHILD)
"""Pages that are not opened by their bare name here."""


def of_all(desk: Desk) -> Iterator[tuple[str, str]]:
    """(name, address) of every page this desk may see, lists and the child's page once with each of their parts."""
    yield from (
        (n, n) for n in PAGES if n not in BY_PARTS and n not in OPENED and (desk.is_office or n not in OF_OFFICES)
    )
    yield from ((f"activities-{key}", f"activities/{key}") for key in LISTS)
    yield from ((f"pairings-{key}", f"pairings/{key}") for key in SECTIONS)
    yield "pairing-all", f"pairing-all/{desk.site.id}"
    yield from ((f"{n}-new", f"{n}/new") for n in NEW)
    for child in records.ids(desk, Child)[:1]:
        yield from _of_child(desk, child)
    for page, record in OPENED.items():
        found = records.ids(desk, record) if desk.sees(record) else []
        yield from ((page, f"{page}/{row}") for row in found[:1])
    yield from _of_papers(desk)
    if desk.is_office:
        yield "custom_question", "custom_question/child"


def _of_child(desk: Desk, child: str) -> Iterator[tuple[str, str]]:
    yield from ((f"child-{tab.name}", f"child/{child}/{tab.name}") for tab in TABS
                if tab.record is None or desk.sees(tab.record))  # fmt: skip
    yield "child-form-new", "child-form/new"
    yield "child-form-boxes", f"child-form/{child}/priority_groups"
    yield "child-form-family", f"child-form/{child}/{FAMILY}"
    yield "visit-new", f"visit/{child}"
    hidden = {str(r.__tablename__) for r in (Talk, Incident) if not desk.sees(r)}
    yield from ((n, f"{n}/{child}") for n in OF_CHILD if n not in hidden)


def _of_papers(desk: Desk) -> Iterator[tuple[str, str]]:
    child = ",".join(records.ids(desk, Child)[:1])
    for paper in PAPERS:
        yield f"papers-{paper}", f"papers/{paper}/{child}" if paper in OF_CHILDREN else f"papers/{paper}"
