"""Forms for any record, made from its facts. Places with special work have pages of their own; lists: `gui/lists`."""

from typing import ClassVar

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QLayout, QMessageBox, QWidget

from carehub.domain.custom import OWNERS
from carehub.domain.errors import CareHubError
from carehub.domain.record import Record
from carehub.gui import theme as th
from carehub.gui.desktop import Desktop, Page
from carehub.gui.editors.field import Field
from carehub.gui.forms import Form
from carehub.gui.history.card import HistoryCard
from carehub.gui.widgets.basics import button, clear, column, row, scrolling
from carehub.gui.widgets.masked import ask_look
from carehub.services import custom, drafts, records
from carehub.services.custom import Asked
from carehub.store.store import Touched

PAUSE = 1500
"""Milliseconds after the last key until a draft is put away."""


class FormPage(Page):
    """One record to be typed in: `new` or the id of a row. Leaving with something unsaved asks first."""

    record: ClassVar[type[Record]]

    def __init__(self, desktop: Desktop) -> None:
        super().__init__(desktop)
        self.row_id = ""
        self.asked = Asked({}, self.desk.codes)
        self._pause = QTimer(self, singleShot=True, interval=PAUSE)
        self._pause.timeout.connect(self._keep_draft)
        self.form = self.make_form()
        self.connect_form()
        holder = QWidget()
        edge = self.edge
        self._history = column()
        below = self.below()
        holder.setLayout(column(self.head(), self.form, below, self._history, 1, gap=self.theme.px(th.GAP_M)))
        holder.layout().setContentsMargins(edge, self.theme.px(th.GAP_L), edge, edge)  # type: ignore[union-attr]
        self.save_button = button(self.texts("Save"), self.save, theme=self.theme, icon="fa6s.check", kind="primary")
        self.save_button.setShortcut("Ctrl+S")
        self.save_button.setToolTip("Ctrl+S")
        cancel = button(self.texts("Cancel"), self.frame.go_back, theme=self.theme)
        beside = self.beside()
        foot = row(self.beside_save(), 1, cancel, self.save_button, gap=self.theme.px(th.GAP_S))
        foot.setContentsMargins(edge, self.theme.px(th.GAP_S), edge, self.theme.px(th.GAP_M))
        middle = row(beside, scrolling(holder))
        middle.setStretch(1, 1)
        body = column(middle, foot)
        body.setStretch(0, 1)
        self.setLayout(body)

    def make_form(self) -> Form:
        """The form of this page, with the questions an office asks of its own (`asked`)."""
        return Form(self.record, self.texts, self.asked.codes, self.theme, extra=self.asked.facts)

    def connect_form(self) -> None:
        """What follows from what is typed."""
        self.form.submitted.connect(self.save)
        self.form.edited.connect(self._pause.start)

    def renew_form(self) -> None:
        """A form made anew takes the place of the one before: it asks something else."""
        old, self.form = self.form, self.make_form()
        holder = old.parentWidget()
        layout = holder.layout() if holder else None
        assert layout is not None
        layout.replaceWidget(old, self.form)
        old.hide()
        old.deleteLater()
        self.connect_form()

    def home(self) -> str:
        """Where the row in the form is at home, or will be."""
        row_ = records.fetch(self.desk, self.record, [self.row_id]) if self.row_id else []
        return row_[0].site_id if row_ else self.desk.site.id

    def ask_more(self, home: str) -> None:
        """Asks what the offices above a site ask of their own about such a record."""
        before, self.asked = self.asked, custom.asked(self.desk, str(self.record.__tablename__), home)
        if before.signature != self.asked.signature:
            self.renew_form()

    def answers(self) -> dict[str, object]:
        """What was answered already."""
        if not self.asked.facts or not self.row_id:
            return {}
        return custom.values(self.desk, str(self.record.__tablename__), self.row_id)

    def head(self) -> QWidget:
        """What stands above the form."""
        return QWidget()

    def below(self) -> QLayout:
        """What stands below the form and scrolls with it."""
        return column()

    def beside(self) -> QLayout:
        """What stands left of the form and stays in sight."""
        return column()

    def beside_save(self) -> QLayout:
        """What stands left in the line of the buttons."""
        return column()

    def references(self) -> dict[str, list[tuple[str, str]]]:
        """What may be chosen in fields that refer to other rows: field → (id, name), read anew whenever a row is
        opened."""
        return {}

    @property
    def title(self) -> str:
        name = self.texts(self.record.about.label)
        return self.texts("Edit {record}", record=name) if self.row_id else self.texts("New {record}", record=name)

    def open(self, argument: str) -> None:
        self.row_id = "" if argument in ("", "new") else argument
        if str(self.record.__tablename__) in OWNERS:
            self.ask_more(self.home())
        for name, pairs in self.references().items():
            self.form.offer(name, pairs)
        self.form.set_values({**self.load(), **self.answers()})
        clear(self._history)
        if self.row_id:
            self.form.cover(self._ask_look)
            self._history.addWidget(HistoryCard(self.desktop, self.record, self.row_id))
        left = drafts.kept(self.desk, self.draft_key)
        if left:
            self.restore(left)
            self.frame.say(self.texts("What you typed last time and did not save is here again."))
        self.form.focus_first()

    def holder_of(self, name: str) -> tuple[Record, str]:
        """The row, and its field, that a field of the form shows."""
        return records.get(self.desk, self.record, self.row_id), name

    def _ask_look(self, field: Field) -> None:
        """A look behind a mask in a form has a reason like any other."""
        held, name = self.holder_of(field.name)

        def show() -> None:
            field.uncover()
            field.editor.focus()

        ask_look(self.desktop, field.opener, held, name, show)

    @property
    def draft_key(self) -> str:
        """What the draft of this form is kept under."""
        return f"{self.record.__tablename__}/{self.row_id or 'new'}"

    def keep(self) -> None:
        self._pause.stop()
        self._keep_draft()

    def _keep_draft(self) -> None:
        drafts.keep(self.desk, self.draft_key, self.draft())

    def load(self) -> dict[str, object]:
        """The values to start from."""
        if not self.row_id:
            return {}
        found = records.get(self.desk, self.record, self.row_id)
        return {name: getattr(found, name) for name in self.form.values() if name not in self.asked.facts}

    def store(self) -> Touched:
        """Saves the form's values; raises `CareHubError`."""
        if self.row_id:
            return records.edit(self.desk, self.record, self.row_id, self.form.changed_values())[1]
        return records.add(self.desk, self.record, self.form.values())[1]

    def save(self) -> None:
        """Checks, saves and goes back; what is wrong is said beside its field."""
        if not self.form.check():
            return
        try:
            touched = self.store()
        except CareHubError as error:
            self.frame.complain(error)
            return
        self._forget_draft()
        self.frame.go_back()
        self.frame.saved(touched)

    def can_leave(self) -> bool:
        if not self.is_changed():
            return True
        answer = QMessageBox.question(
            self, self.texts("Not saved yet"), self.texts("What you typed is not saved. Leave without saving?")
        )
        if answer is not QMessageBox.StandardButton.Yes:
            return False
        self._forget_draft()
        return True

    def is_changed(self) -> bool:
        """Whether anything would be lost by leaving."""
        return self.form.is_changed()

    def _forget_draft(self) -> None:
        """What stands in the form counts as loaded; nothing is left to come back."""
        self._pause.stop()
        self.form.set_values(self.form.values())
        drafts.keep(self.desk, self.draft_key, {})

    def draft(self) -> dict[str, str]:
        return self.form.draft() if self.form.is_changed() else {}

    def restore(self, draft: dict[str, str]) -> None:
        self.form.restore(draft)
