"""Typing in a child, with the guardian beside it."""

from dataclasses import replace

from carehub.domain import identity_number as idno
from carehub.domain.facts import facts_of
from carehub.domain.people import Child, FamilyMember
from carehub.domain.record import Record
from carehub.domain.texts import mark
from carehub.gui.forms import Form
from carehub.gui.generic import FormPage
from carehub.services import children
from carehub.services.children import GUARDIAN
from carehub.store.store import Touched

GROUP = mark("Guardian")


class ChildFormPage(FormPage):
    """A new child, or changes to one."""

    record = Child

    def make_form(self) -> Form:
        member = facts_of(FamilyMember)
        extra = {name: replace(member[field], name=name, group=GROUP) for name, field in GUARDIAN.items()}
        form = Form(Child, self.texts, self.asked.codes, self.theme, extra={**extra, **self.asked.facts})
        form.edited.connect(lambda: _tell_from_number(form))
        return form

    def open(self, argument: str) -> None:
        """`child-form/<id>/<field>` begins at that field."""
        row, _, field = argument.partition("/")
        super().open(row)
        self.form.focus(field)

    def load(self) -> dict[str, object]:
        if not self.row_id:
            return {"status": "active"}
        found = children.read(self.desk, [self.row_id])[0]
        values: dict[str, object] = {
            n: getattr(found.child, n, None)
            for n in self.form.values()
            if n not in GUARDIAN and n not in self.asked.facts
        }
        return values | {name: getattr(found.guardian, field, None) for name, field in GUARDIAN.items()}

    def holder_of(self, name: str) -> tuple[Record, str]:
        if name in GUARDIAN:
            guardian = children.read(self.desk, [self.row_id])[0].guardian
            if guardian is not None:
                return guardian, GUARDIAN[name]
        return super().holder_of(name)

    def store(self) -> Touched:
        if self.row_id:
            return children.edit(self.desk, self.row_id, self.form.changed_values())[1]
        return children.add(self.desk, self.form.values())[1]


def _tell_from_number(form: Form) -> None:
    """A valid identity number tells birth date and sex (GB 11643): they need not be typed as well."""
    number = idno.normalise(form.editor("identity_no").text())
    if not number or idno.problem(number):
        return
    for name, text in (("birth_date", idno.birth_date(number).isoformat()), ("sex", str(idno.sex(number)))):
        if not form.editor(name).text():
            form.editor(name).set_text(text)
