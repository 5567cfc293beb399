"""Typing in activities, pledges, patrols, meetings and resolutions."""

from datetime import date

from carehub.domain.activities import Activity, Patrol, Pledge
from carehub.domain.meetings import JointMeeting, Resolution
from carehub.domain.office import Site
from carehub.domain.people import Volunteer
from carehub.domain.texts import mark
from carehub.gui.desktop import Desktop
from carehub.gui.forms import Form
from carehub.gui.generic import FormPage
from carehub.gui.owned_form import OwnedFormPage
from carehub.services import activities, records
from carehub.store.store import Touched


class ActivityFormPage(FormPage):
    """One activity; who came is ticked off on its page."""

    record = Activity

    def load(self) -> dict[str, object]:
        return super().load() or {"held_on": date.today()}

    def store(self) -> Touched:
        if self.row_id:
            return activities.edit(self.desk, self.row_id, self.form.changed_values())[1]
        return activities.add(self.desk, self.form.values())[1]


class PledgeFormPage(OwnedFormPage):
    """One pledge, opened by itself; new ones are made for many in one step."""

    record = Pledge
    titled = mark("Pledge: {child}")


class PatrolFormPage(FormPage):
    """One round to an internet café."""

    record = Patrol

    def references(self) -> dict[str, list[tuple[str, str]]]:
        return {"volunteer_id": records.choices(self.desk, Volunteer)}

    def load(self) -> dict[str, object]:
        return super().load() or {"patrolled_on": date.today()}


class MeetingFormPage(FormPage):
    """One joint meeting; what it resolved stands on its page."""

    record = JointMeeting

    def load(self) -> dict[str, object]:
        return super().load() or {"held_on": date.today(), "recorder": self.desk.user.name}


class ResolutionFormPage(FormPage):
    """`resolution/<meeting>` begins a new resolution of a meeting, `resolution/<row>` opens one."""

    record = Resolution

    def __init__(self, desktop: Desktop) -> None:
        self._meeting_id = ""
        super().__init__(desktop)

    def make_form(self) -> Form:
        fields = ("wording", "responsible_id", "due_on", "done_on", "result")
        return Form(Resolution, self.texts, self.desk.codes, self.theme, fields=fields)

    def references(self) -> dict[str, list[tuple[str, str]]]:
        return {"responsible_id": records.choices(self.desk, Site)}

    @property
    def draft_key(self) -> str:
        return f"resolution/{self.row_id or self._meeting_id}"

    def open(self, argument: str) -> None:
        found = records.fetch(self.desk, Resolution, [argument])
        self._meeting_id = found[0].meeting_id if found else argument
        super().open(found[0].id if found else "")

    def load(self) -> dict[str, object]:
        return super().load() or {"responsible_id": self.desk.site.id}

    def store(self) -> Touched:
        if self.row_id:
            return super().store()
        return records.add(self.desk, Resolution, {**self.form.values(), "meeting_id": self._meeting_id})[1]
