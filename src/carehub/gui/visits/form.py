"""Typing in a visit sheet that came back."""

from datetime import date

from PySide6.QtWidgets import QWidget

from carehub.domain.care import Visit
from carehub.domain.people import Volunteer
from carehub.domain.sheet_number import grouped
from carehub.gui.children.summary import facts_grid
from carehub.gui.desktop import Desktop
from carehub.gui.forms import Form
from carehub.gui.generic import FormPage
from carehub.gui.widgets.basics import Card, clear, label
from carehub.services import children, records, visits
from carehub.store.store import Touched

FIELDS = (
    "done_on", "way", "volunteer_id", "visitors", "present", "minutes", "home_safety", "guardianship", "health",
    "study", "mood", "parent_contact", "note", "needs", "measures", "next_on",
)  # fmt: skip


class VisitFormPage(FormPage):
    """Opened with a child (a visit without a sheet, or the child's open one) or with a visit."""

    record = Visit

    def __init__(self, desktop: Desktop) -> None:
        self._child_id = ""
        self._child_name = ""
        self._visit: Visit | None = None
        super().__init__(desktop)

    def make_form(self) -> Form:
        return Form(Visit, self.texts, self.asked.codes, self.theme, fields=FIELDS, extra=self.asked.facts)

    def home(self) -> str:
        return children.read(self.desk, [self._child_id])[0].child.site_id

    def references(self) -> dict[str, list[tuple[str, str]]]:
        return {"volunteer_id": records.choices(self.desk, Volunteer)}

    @property
    def draft_key(self) -> str:
        return f"visit/{self.row_id or self._child_id}"

    def head(self) -> QWidget:
        self._head = Card(self.theme)
        return self._head

    @property
    def title(self) -> str:
        return self.texts("Visit: {child}", child=self._child_name)

    def open(self, argument: str) -> None:
        self._visit = self._find(argument)
        if self._visit is None:
            self._child_id = argument
        else:
            self._child_id = self._visit.child_id
        self._show_child()
        super().open(self._visit.id if self._visit else "")

    def _find(self, argument: str) -> Visit | None:
        found = records.fetch(self.desk, Visit, [argument])
        if found:
            return found[0]
        planned = [v for v in visits.of_child(self.desk, argument) if v.done_on is None]
        return planned[0] if planned else None

    def _show_child(self) -> None:
        clear(self._head.body)
        file = children.read(self.desk, [self._child_id])[0]
        self._child_name = file.child.name
        number = self._visit.sheet_no if self._visit else None
        told = (
            self.texts("Sheet {number}", number=grouped(number))
            if number
            else self.texts("Visit without a printed sheet")
        )
        self._head.body.addWidget(label(f"{file.child.name}　{told}", "strong"))
        self._head.body.addLayout(facts_grid(self.desktop, file.child, ("school", "grade", "map_note"), pairs=1))

    def load(self) -> dict[str, object]:
        if self._visit is None:
            return {"done_on": date.today(), "way": "home"}
        values: dict[str, object] = {name: getattr(self._visit, name) for name in FIELDS}
        if self._visit.done_on is None:
            values |= {"done_on": self._visit.planned_for, "way": "home"}
        return values

    def store(self) -> Touched:
        values = {"child_id": self._child_id, **self.form.values()}
        if self._visit:
            return records.edit(self.desk, Visit, self._visit.id, values)[1]
        return visits.add(self.desk, values)[1]
