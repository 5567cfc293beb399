"""Typing in activities, pledges, patrols, meetings and resolutions."""

from datetime import date

from PySide6.QtWidgets import QWidget

from carehub.domain.activities import Activity, Patrol, PatrolSheet, Pledge
from carehub.domain.meetings import JointMeeting, Resolution
from carehub.domain.office import Site
from carehub.domain.people import Volunteer
from carehub.domain.texts import mark
from carehub.gui.desktop import Desktop
from carehub.gui.forms import Form
from carehub.gui.generic import FormPage
from carehub.gui.owned_form import OwnedFormPage
from carehub.gui.widgets.basics import label
from carehub.services import activities, meetings, patrols, records
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
    """One round to an internet café: `patrol/new`, `patrol/<row>`, `patrol/<log sheet>` for a new one of that log."""

    record = Patrol

    def __init__(self, desktop: Desktop) -> None:
        self._sheet_id = ""
        super().__init__(desktop)

    @property
    def draft_key(self) -> str:
        return f"patrol/{self.row_id or self._sheet_id or 'new'}"

    def open(self, argument: str) -> None:
        self._sheet_id = argument if records.fetch(self.desk, PatrolSheet, [argument]) else ""
        super().open("new" if self._sheet_id else argument)

    def store(self) -> Touched:
        if self.row_id:
            return super().store()
        return patrols.add(self.desk, self.form.values(), self._sheet_id)[1]

    def references(self) -> dict[str, list[tuple[str, str]]]:
        return {"volunteer_id": records.choices(self.desk, Volunteer)}

    def load(self) -> dict[str, object]:
        return super().load() or {"patrolled_on": date.today()}


class MeetingFormPage(FormPage):
    """One joint meeting; what it resolved stands on its page."""

    record = JointMeeting

    def load(self) -> dict[str, object]:
        return super().load() or {"held_on": date.today(), "recorder": self.desk.user.name}

    def store(self) -> Touched:
        if self.row_id:
            return meetings.edit_meeting(self.desk, self.row_id, self.form.changed_values())[1]
        return super().store()


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

    def head(self) -> QWidget:
        self._from = label("", "muted")
        return self._from

    @property
    def draft_key(self) -> str:
        return f"resolution/{self.row_id or self._meeting_id}"

    def open(self, argument: str) -> None:
        found = records.fetch(self.desk, Resolution, [argument])
        self._meeting_id = found[0].meeting_id if found else argument
        self._show_from(found[0] if found else None)
        super().open(found[0].id if found else "")

    def _show_from(self, row: Resolution | None) -> None:
        """Who met and what was resolved, if that was an office above; then only the answer is written here."""
        above = row is not None and meetings.is_from_above(self.desk, row)
        for name, field in self.form.fields.items():
            field.setVisible(name in meetings.ANSWER or not above)
        told = ""
        if row is not None and above:
            site = records.references(self.desk, Resolution, [row]).get(row.set_by_id or "", "")
            told = self.texts("Resolved at “{site}” on {day}. Please write down when it was done and what came of it.",
                              site=site, day=row.resolved_on or "")  # fmt: skip
            due = self.texts("To be done by {day}", day=row.due_on) if row.due_on else ""
            told = "\n".join(line for line in (row.wording, due, told) if line)
        self._from.setText(told)
        self._from.setVisible(bool(told))

    def load(self) -> dict[str, object]:
        return super().load() or {"responsible_id": self.desk.site.id}

    def store(self) -> Touched:
        if self.row_id:
            return meetings.edit(self.desk, self.row_id, self.form.changed_values())[1]
        return meetings.resolve(self.desk, {**self.form.values(), "meeting_id": self._meeting_id})[1]
