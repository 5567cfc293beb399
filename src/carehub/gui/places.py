"""The named places of the rail, in their order, for rooms and for offices."""

from collections.abc import Callable
from dataclasses import dataclass

from carehub.domain.texts import mark
from carehub.gui.accesses.page import AccessesPage
from carehub.gui.activities.activity import ActivityPage
from carehub.gui.activities.forms import (
    ActivityFormPage,
    MeetingFormPage,
    PatrolFormPage,
    PledgeFormPage,
    ResolutionFormPage,
)
from carehub.gui.activities.making import MakePledgesPage
from carehub.gui.activities.meeting import MeetingPage
from carehub.gui.activities.page import ActivitiesPage
from carehub.gui.activities.patrol_sheet import PatrolSheetPage
from carehub.gui.activities.signing import SignPledgesPage
from carehub.gui.agreements.form import CareAgreementFormPage
from carehub.gui.aid.batch import BatchPage, PaymentPage
from carehub.gui.aid.catalogue import AmountFormPage, CataloguePage
from carehub.gui.aid.forms import (
    AnswerPage,
    BatchFormPage,
    CorrectPage,
    ExplainPage,
    GrantFormPage,
    NumberPage,
    PayPage,
    SamplePlanPage,
    SignPage,
)
from carehub.gui.aid.page import AidPage, DoublesPage
from carehub.gui.aid.sample import SamplePage
from carehub.gui.assessments.form import AssessmentFormPage
from carehub.gui.attachments.viewer import AttachmentPage
from carehub.gui.children.child import ChildPage
from carehub.gui.children.edit import ChildFormPage
from carehub.gui.children.list import ChildrenPage
from carehub.gui.children.parked import ParkedPage
from carehub.gui.consents.form import ConsentFormPage, WithdrawPage
from carehub.gui.custom.page import QuestionFormPage, QuestionsPage
from carehub.gui.desktop import Desktop, Page
from carehub.gui.handover.page import HandoverPage
from carehub.gui.incidents.form import IncidentFormPage
from carehub.gui.merging.page import MergePage
from carehub.gui.pairing.changing import ChangePage
from carehub.gui.pairing.form import AgreementPage
from carehub.gui.pairing.list import PairingListPage
from carehub.gui.pairing.page import PairingPage
from carehub.gui.pairing.proposing import ProposeAllPage
from carehub.gui.papers.page import PapersPage
from carehub.gui.people.page import VolunteerFormPage, VolunteersPage
from carehub.gui.plan.page import PlanPage
from carehub.gui.retention.page import RetentionPage
from carehub.gui.settings.page import SettingsPage
from carehub.gui.talks.form import TalkFormPage
from carehub.gui.today.page import TodayPage
from carehub.gui.visits.entry import EntryPage
from carehub.gui.visits.form import VisitFormPage
from carehub.gui.visits.list import VisitsPage


@dataclass(frozen=True, slots=True)
class Place:
    """One entry of the rail: the address it opens, its icon and word, and at which sites it stands there."""

    address: str
    icon: str
    word: str
    offices: bool = True
    rooms: bool = True


PLACES = (
    Place("today", "fa6s.sun", mark("Today")),
    Place("children", "fa6s.child-reaching", mark("Children")),
    Place("volunteers", "fa6s.hand-holding-heart", mark("Volunteers")),
    Place("activities", "fa6s.people-group", mark("Activities")),
    Place("aid", "fa6s.yen-sign", mark("Aid")),
    Place("papers", "fa6s.print", mark("Print desk")),
    Place("merge", "fa6s.code-merge", mark("Merge desk"), rooms=False),
    Place("handover", "fa6s.right-left", mark("Hand over")),
    Place("settings", "fa6s.gear", mark("Settings")),
)

PAGES: dict[str, Callable[[Desktop], Page]] = {
    "today": TodayPage,
    "children": ChildrenPage,
    "child": ChildPage,
    "child-form": ChildFormPage,
    "undecided": ParkedPage,
    "visit": VisitFormPage,
    "visit-entry": EntryPage,
    "visits": VisitsPage,
    "plan": PlanPage,
    "volunteers": VolunteersPage,
    "volunteer-form": VolunteerFormPage,
    "pairings": PairingPage,
    "pairing-list": PairingListPage,
    "pairing-all": ProposeAllPage,
    "pairing-change": ChangePage,
    "agreement": AgreementPage,
    "activities": ActivitiesPage,
    "activity": ActivityPage,
    "activity-form": ActivityFormPage,
    "pledge": PledgeFormPage,
    "pledge-make": MakePledgesPage,
    "pledge-sign": SignPledgesPage,
    "patrol": PatrolFormPage,
    "patrol-sheet": PatrolSheetPage,
    "meeting": MeetingPage,
    "meeting-form": MeetingFormPage,
    "resolution": ResolutionFormPage,
    "aid": AidPage,
    "aid-amount": AmountFormPage,
    "aid-catalogue": CataloguePage,
    "aid-doubles": DoublesPage,
    "aid-grant": GrantFormPage,
    "aid-batch": BatchPage,
    "aid-batch-form": BatchFormPage,
    "aid-pay": PayPage,
    "aid-payment": PaymentPage,
    "aid-sign": SignPage,
    "aid-correct": CorrectPage,
    "aid-sample": SamplePage,
    "audit-plan": SamplePlanPage,
    "audit-number": NumberPage,
    "audit-answer": AnswerPage,
    "audit-explain": ExplainPage,
    "papers": PapersPage,
    "merge": MergePage,
    "handover": HandoverPage,
    "settings": SettingsPage,
    "accesses": AccessesPage,
    "consent": ConsentFormPage,
    "withdraw": WithdrawPage,
    "talk": TalkFormPage,
    "incident": IncidentFormPage,
    "care_agreement": CareAgreementFormPage,
    "assessment": AssessmentFormPage,
    "custom-questions": QuestionsPage,
    "custom_question": QuestionFormPage,
    "retention": RetentionPage,
    "attachment": AttachmentPage,
}
"""First part of an address → its page. Pages are made when first opened."""

_SUBPAGES = {
    "today": ("plan",),
    "children": (
        "child",
        "child-form",
        "visit",
        "attachment",
        "consent",
        "withdraw",
        "talk",
        "incident",
        "visit-entry",
        "undecided",
        "visits",
        "care_agreement",
        "assessment",
    ),
    "volunteers": (
        "volunteer-form",
        "pairing-list",
        "pairings",
        "pairing-all",
        "pairing-change",
        "agreement",
    ),
    "activities": (
        "activity",
        "activity-form",
        "pledge",
        "pledge-make",
        "pledge-sign",
        "patrol",
        "patrol-sheet",
        "meeting",
        "meeting-form",
        "resolution",
    ),
    "aid": (
        "aid-amount",
        "aid-catalogue",
        "aid-doubles",
        "aid-grant",
        "aid-batch",
        "aid-batch-form",
        "aid-pay",
        "aid-payment",
        "aid-sign",
        "aid-correct",
        "aid-sample",
        "audit-plan",
        "audit-number",
        "audit-answer",
        "audit-explain",
    ),
    "settings": (
        "accesses",
        "retention",
        "custom-questions",
        "custom_question",
    ),
}
OWNERS = {page: place for place, pages in _SUBPAGES.items() for page in pages}
"""Pages without a place of their own → the place that is marked while they are shown."""

SHEETS = {"activity": "activity", "pledge": "pledge", "patrol_sheet": "patrol-sheet",
          "care_agreement": "care_agreement", "pairing": "agreement"}  # fmt: skip
"""Records whose sheets carry a number → the page that opens where it is typed or scanned; visits have one of their own,
which takes the number itself."""
CHILD_SHEETS = {"consent": "consent", "registration": "child-form"}
"""Papers of a child (codes `child_sheet`) → the page where what stands on them is typed in; it opens with the child."""
