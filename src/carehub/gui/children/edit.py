"""Typing in a child: all that the national form asks for, in sections, with the guardian and the family beside it."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from functools import partial

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QLayout, QWidget

from carehub.domain import identity_number as idno
from carehub.domain.consistency import disagreements
from carehub.domain.drafts import Problem
from carehub.domain.facts import facts_of
from carehub.domain.people import Child, FamilyMember
from carehub.domain.record import Record
from carehub.domain.texts import mark
from carehub.gui.children.family import UNFOLDING, FamilyCard
from carehub.gui.forms import Form
from carehub.gui.generic import FormPage
from carehub.gui.sections import Section, Sections
from carehub.gui.widgets.basics import column
from carehub.services import children, doorway
from carehub.services.children import GUARDIAN
from carehub.store.store import Touched

GROUP = mark("Guardian")
FAMILY = "family"
"""The last part of the address that begins at the family; before the fields of one of it in a draft."""


class ChildForm(Form):
    """The facts of a child; what does not agree with the rest of the file is remarked while one types."""

    family: Sequence[FamilyMember] = ()

    def remarks(self, clean: Mapping[str, object]) -> list[Problem]:
        told = Child(site_id="", name="")
        for name, value in clean.items():
            setattr(told, name, value)
        found = disagreements(told, self.family, date.today())
        return [Problem(d.field, "alarm" if d.alarm else "remark", d.message, d.values) for d in found]

    def lacks(self, group: str) -> int:
        """How many facts of a group a complete file still needs."""
        registered = {"1": True, "0": False}.get(self.editor("registered").text())
        told = Child(site_id="", name="", registered=registered)
        wanted = [f for f in self.groups[group] if f.fact.wanted and not doorway.is_excused(f.name, told)]
        return sum(1 for field in wanted if not field.editor.text())


class ChildFormPage(FormPage):
    """A new child, or changes to one."""

    record = Child
    tables = frozenset({"family_member"})
    form: ChildForm
    sections: Sections

    def make_form(self) -> ChildForm:
        member = facts_of(FamilyMember)
        extra = {name: replace(member[field], name=name, group=GROUP) for name, field in GUARDIAN.items()}
        form = ChildForm(Child, self.texts, self.asked.codes, self.theme, extra={**extra, **self.asked.facts})
        form.edited.connect(lambda: _tell_from_number(form))
        return form

    def below(self) -> QLayout:
        self.family = FamilyCard(self.desktop)
        self.family.edited.connect(lambda: self._pause.start())
        self.family.stored.connect(self._family_stored)
        return column(self.family)

    def renew_form(self) -> None:
        """Other questions have other sections; the family stays known to the form."""
        family, old = self.form.family, self.sections
        super().renew_form()
        self.form.family = family
        self.sections = self._make_sections()
        layout = self.layout()
        assert layout is not None
        layout.replaceWidget(old, self.sections)
        old.hide()
        old.deleteLater()
        self.form.edited.connect(self.sections.refresh)

    def beside(self) -> QLayout:
        self.sections = self._make_sections()
        self.form.edited.connect(self.sections.refresh)
        return column() if self.sections.box else column(self.sections)

    def beside_save(self) -> QLayout:
        return column(self.sections) if self.sections.box else column()

    def _make_sections(self) -> Sections:
        form = self.form
        made = [
            Section(
                self.texts(group),
                partial(form.focus_group, group),
                partial(_lies_in, form.groups[group]),
                partial(form.lacks, group),
            )
            for group in form.groups
        ]
        made.append(Section(self.texts("Family"), self._to_family, self.family.isAncestorOf, lambda: 0))
        return Sections(self.theme, self.texts, self, made, box=self.theme.scale > 1)

    def _to_family(self) -> None:
        self.form.bring_up(self.family)
        (self.family.add if self.family.add.isVisible() else self.save_button).setFocus()

    def open(self, argument: str) -> None:
        """`child-form/<id>/<field>` begins at that field, `child-form/<id>/family` at the family."""
        row, _, field = argument.partition("/")
        self._read_family("" if row in ("", "new") else row)
        super().open(row)
        self.form.focus(field)
        self.sections.refresh()
        if field == FAMILY:
            QTimer.singleShot(UNFOLDING, self, self._to_family)

    def _read_family(self, child_id: str) -> None:
        found = children.read(self.desk, [child_id]) if child_id else []
        self.form.family = found[0].family if found else ()
        self.family.show_child(child_id)

    def reload(self) -> None:
        """Only who is on file is read anew: what is typed stays."""
        self.family.reload()
        self._family_stored()

    def _family_stored(self) -> None:
        """The guardian stands in the form as well: what was not touched there follows."""
        for found in children.read(self.desk, [self.row_id]) if self.row_id else []:
            self.form.family = found.family
            for name, field in GUARDIAN.items():
                self.form.follow(name, getattr(found.guardian, field, None))
        self.sections.refresh()
        self._keep_draft()

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

    def save(self) -> None:
        """Saves the child, and before it whoever of the family is being typed in."""
        if self.family.is_changed() and not self.family.save():
            return
        super().save()

    def store(self) -> Touched:
        if self.row_id:
            return children.edit(self.desk, self.row_id, self.form.changed_values())[1]
        return children.add(self.desk, self.form.values())[1]

    def is_changed(self) -> bool:
        return super().is_changed() or self.family.is_changed()

    def draft(self) -> dict[str, str]:
        return {**super().draft(), **{f"{FAMILY}.{name}": text for name, text in self.family.draft().items()}}

    def restore(self, draft: dict[str, str]) -> None:
        of_family = f"{FAMILY}."
        super().restore({name: text for name, text in draft.items() if not name.startswith(of_family)})
        told = {name.removeprefix(of_family): text for name, text in draft.items() if name.startswith(of_family)}
        self.family.restore(told)
        self.sections.refresh()


def _lies_in(fields: Sequence[QWidget], widget: QWidget) -> bool:
    return any(field.isAncestorOf(widget) for field in fields)


def _tell_from_number(form: Form) -> None:
    """A valid identity number tells birth date and sex (GB 11643): they need not be typed as well."""
    number = idno.normalise(form.editor("identity_no").text())
    if not number or idno.problem(number):
        return
    for name, text in (("birth_date", idno.birth_date(number).isoformat()), ("sex", str(idno.sex(number)))):
        if not form.editor(name).text():
            form.editor(name).set_text(text)
