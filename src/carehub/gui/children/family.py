"""The family of a child on its form: who is on file, and each of them added, changed or taken off without leaving."""

from collections.abc import Mapping
from functools import partial

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QWidget

from carehub.domain.errors import CareHubError
from carehub.domain.facts import facts_of
from carehub.domain.people import FamilyMember
from carehub.domain.texts import mark
from carehub.gui import theme as th
from carehub.gui.desktop import Desktop
from carehub.gui.editors.field import Field
from carehub.gui.forms import WIDEST, Form
from carehub.gui.widgets.basics import Card, button, clear, column, label, row
from carehub.gui.widgets.masked import MaskedLabel, ask_look
from carehub.services import children, family
from carehub.services.children import ChildFile

FIRST = mark("Save the child first; then the rest of the family can be added here.")
NOBODY = mark("Nobody is on file yet.")
MEMBER = "member"
"""Under this a draft keeps who is being typed in: an id, or `NEW`."""
NEW = "new"
UNFOLDING = 50
"""Milliseconds until a form that was unfolded has its height."""


class FamilyCard(Card):
    """Lists the family; adding or editing unfolds a form beneath. What is saved there is saved at once."""

    edited = Signal()
    stored = Signal()

    def __init__(self, desktop: Desktop) -> None:
        super().__init__(desktop.theme, label(desktop.tr("Family"), "heading"))
        self._d = desktop
        self._child_id, self.member_id = "", ""
        self.setMaximumWidth(desktop.theme.px(WIDEST))
        self.form: Form | None = None
        gap = desktop.theme.px(th.GAP_S)
        self._lines, self._below = column(gap=gap), column(gap=gap)
        self.add = button(
            desktop.tr("Add to the family"), lambda: self.begin(NEW), theme=desktop.theme, icon="fa6s.user-plus"
        )
        self._hint = label(desktop.tr(FIRST), "muted")
        self.body.addLayout(self._lines)
        self.body.addWidget(self._hint)
        self.body.addLayout(row(self.add, 1))
        self.body.addLayout(self._below)

    def show_child(self, child_id: str) -> None:
        """Shows the family of a child; empty for one who is not on file yet."""
        self._child_id = child_id
        self._fold()
        self.reload()

    def reload(self) -> None:
        """Reads who is on file."""
        clear(self._lines)
        self._hint.setVisible(not self._child_id)
        self.add.setVisible(bool(self._child_id))
        found = children.read(self._d.desk, [self._child_id]) if self._child_id else []
        for file in found:
            for member in sorted(file.family, key=lambda m: m is not file.guardian):
                self._lines.addWidget(self._line(file, member))
            if not file.family:
                self._lines.addWidget(label(self._d.tr(NOBODY), "muted"))

    def _line(self, file: ChildFile, member: FamilyMember) -> QWidget:
        tr, theme = self._d.tr, self._d.theme
        name = member.name or tr("(name unknown)")
        told = [name, self._d.desk.codes["relation"].name_of(member.relation, tr)]
        told += [tr("Guardian")] if member is file.guardian else []
        told += [tr("Entrusted carer")] if member.is_carer else []
        told += [tr("has died")] if member.alive is False else []
        edit = button(tr("Edit"), partial(self.begin, member.id), theme=theme, icon="fa6s.pen")
        edit.setAccessibleName(tr("Edit {record}", record=name))
        off = button(tr("Take off"), partial(self._take_off, member), theme=theme, icon="fa6s.user-minus")
        off.setAccessibleName(tr("Take {name} off the file", name=name))
        words = column(label("　".join(filter(None, told)), "strong" if member is file.guardian else ""))
        if member.phone:
            words.addWidget(MaskedLabel(self._d, facts_of(FamilyMember)["phone"], member.phone, member))
        line = row(words, edit, off, gap=theme.px(th.GAP_S))
        line.setStretch(0, 1)
        holder = QWidget()
        holder.setLayout(line)
        return holder

    # --- one of them -------------------------------------------------------------------------------------------

    def begin(self, member_id: str, *, focus: bool = True) -> None:
        """Unfolds the form for one of the family, or for somebody `NEW`; what was typed of another is saved before."""
        if self.form is not None and self.form.is_changed() and not self.save():
            return
        self._fold()
        self.member_id = member_id
        self.form = self._make()
        member = self._member()
        if member is not None:
            self.form.set_values({name: getattr(member, name) for name in self.form.fields})
            self.form.cover(self._ask_look)
        self._unfold(self.form, member)
        if focus:
            self.form.focus_first()
            QTimer.singleShot(UNFOLDING, self.form, self._bring_up)

    def _bring_up(self) -> None:
        title = self._below.itemAt(0)
        if self.form is not None and title is not None:
            self.form.bring_up(title.widget())

    def _make(self) -> Form:
        form = Form(FamilyMember, self._d.tr, self._d.desk.codes, self._d.theme)
        form.edited.connect(self.edited)
        form.submitted.connect(self.save)
        return form

    def _unfold(self, form: Form, member: FamilyMember | None) -> None:
        tr, theme = self._d.tr, self._d.theme
        name = (member.name if member else "") or tr(FamilyMember.about.label)
        title = tr("Edit {record}", record=name) if member else tr("New {record}", record=name)
        keep = button(tr("Save to the family"), self.save, theme=theme, icon="fa6s.check")
        leave = button(tr("Cancel"), self.cancel, theme=theme)
        self._below.addWidget(label(title, "strong"))
        self._below.addWidget(form)
        self._below.addLayout(row(1, leave, keep, gap=theme.px(th.GAP_S)))

    def _member(self) -> FamilyMember | None:
        """Who is being changed; None for somebody new, or who is not on file any more."""
        found = children.read(self._d.desk, [self._child_id]) if self._child_id else []
        return next((m for file in found for m in file.family if m.id == self.member_id), None)

    def _ask_look(self, field: Field) -> None:
        member = self._member()

        def show() -> None:
            field.uncover()
            field.editor.focus()

        if member is not None:
            ask_look(self._d, field.opener, member, field.name, show)

    def save(self) -> bool:
        """Saves who is being typed in; what is wrong is said beside its field. True if nothing is left to be saved."""
        if self.form is None:
            return True
        if not self.form.check():
            return False
        try:
            if self.member_id == NEW:
                touched = family.add(self._d.desk, self._child_id, self.form.values())[1]
            else:
                touched = family.edit(self._d.desk, self.member_id, self.form.changed_values())[1]
        except CareHubError as error:
            self._d.frame.complain(error)
            return False
        self._done()
        self._d.frame.saved(touched)
        return True

    def cancel(self) -> None:
        """Folds the form; what was typed is given up."""
        self._done()

    def _done(self) -> None:
        self._fold()
        self.reload()
        self.add.setFocus()
        self.stored.emit()

    def _fold(self) -> None:
        clear(self._below)
        self.form, self.member_id = None, ""

    def _take_off(self, member: FamilyMember) -> None:
        try:
            touched = family.take_off(self._d.desk, member.id)
        except CareHubError as error:
            self._d.frame.complain(error)
            return
        if self.member_id == member.id:
            self._fold()
        self.reload()
        self.stored.emit()
        told = self._d.tr("{name} was taken off the file.", name=member.name or self._d.tr("(name unknown)"))
        self._d.frame.saved(touched, told)

    # --- nothing typed is lost ---------------------------------------------------------------------------------

    def is_changed(self) -> bool:
        """Whether something is typed of one of the family and not saved."""
        return self.form is not None and self.form.is_changed()

    def draft(self) -> dict[str, str]:
        """What is typed of one of the family, and of whom."""
        if self.form is None or not self.form.is_changed():
            return {}
        return {MEMBER: self.member_id, **self.form.draft()}

    def restore(self, draft: Mapping[str, str]) -> None:
        """Puts a draft back."""
        if MEMBER not in draft or not self._child_id:
            return
        self.begin(draft[MEMBER], focus=False)
        if self.form is not None and (self.member_id == NEW or self._member() is not None):
            self.form.restore({name: text for name, text in draft.items() if name != MEMBER})
        else:
            self._fold()
