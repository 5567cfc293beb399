"""The named places of the rail, in their order, for rooms and for offices."""

from collections.abc import Callable
from dataclasses import dataclass

from carehub.domain.texts import mark
from carehub.gui.accesses.page import AccessesPage
from carehub.gui.attachments.viewer import AttachmentPage
from carehub.gui.children.child import ChildPage
from carehub.gui.children.edit import ChildFormPage
from carehub.gui.children.list import ChildrenPage
from carehub.gui.consents.form import ConsentFormPage, WithdrawPage
from carehub.gui.desktop import Desktop, Page
from carehub.gui.handover.page import HandoverPage
from carehub.gui.incidents.form import IncidentFormPage
from carehub.gui.merging.page import MergePage
from carehub.gui.papers.page import PapersPage
from carehub.gui.people.page import VolunteerFormPage, VolunteersPage
from carehub.gui.plan.page import PlanPage
from carehub.gui.retention.page import RetentionPage
from carehub.gui.settings.page import SettingsPage
from carehub.gui.talks.form import TalkFormPage
from carehub.gui.today.page import TodayPage
from carehub.gui.visits.form import VisitFormPage


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
    "visit": VisitFormPage,
    "plan": PlanPage,
    "volunteers": VolunteersPage,
    "volunteer-form": VolunteerFormPage,
    "papers": PapersPage,
    "merge": MergePage,
    "handover": HandoverPage,
    "settings": SettingsPage,
    "accesses": AccessesPage,
    "consent": ConsentFormPage,
    "withdraw": WithdrawPage,
    "talk": TalkFormPage,
    "incident": IncidentFormPage,
    "retention": RetentionPage,
    "attachment": AttachmentPage,
}
"""First part of an address → its page. Pages are made when first opened."""

OWNERS = {"plan": "today", "child": "children", "child-form": "children", "visit": "children",
          "volunteer-form": "volunteers", "accesses": "settings", "attachment": "children", "consent": "children",
          "withdraw": "children", "talk": "children", "incident": "children", "retention": "settings"}  # fmt: skip
"""Pages without a place of their own → the place that is marked while they are shown."""
