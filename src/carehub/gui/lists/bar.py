"""The filters of a list: what holds now as chips, those that were saved as a menu, and a panel to add a condition."""

from collections.abc import Sequence
from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent, QKeySequence, QShortcut
from PySide6.QtWidgets import QFrame, QLineEdit, QMenu, QPushButton, QWidget

from carehub.domain.errors import CareHubError
from carehub.domain.filters import Condition, Filter
from carehub.domain.record import Record
from carehub.domain.texts import mark
from carehub.gui import theme as th
from carehub.gui.desktop import Desktop
from carehub.gui.lists.adding import ConditionPanel
from carehub.gui.widgets.basics import button, chain, column, label, line_edit, look
from carehub.gui.widgets.flow import flow
from carehub.services import listing

ADD_KEY = "Ctrl+Shift+F"


class SaveLine(QFrame):
    """Asks for a name for the conditions that hold now."""

    named = Signal(str)
    closed = Signal()

    def __init__(self, desktop: Desktop) -> None:
        super().__init__()
        look(self, "card")
        theme, tr = desktop.theme, desktop.tr
        self.name: QLineEdit = line_edit(tr(mark("Name of the filter")))
        self.name.setMinimumWidth(theme.px(300))
        self.name.returnPressed.connect(self._done)
        save = button(tr("Save"), self._done, theme=theme, icon="fa6s.check", kind="primary")
        drop = button(tr("Cancel"), self.closed.emit, theme=theme)
        edge = theme.px(th.GAP_M)
        asked = label(tr(mark("Name of the filter")), wrap=False)
        line = flow(theme, asked, self.name, save, drop)
        self.stops = (self.name, save, drop)
        chain(*self.stops)
        self.setLayout(column(line, margins=(edge, edge, edge, edge)))
        self.hide()

    def begin(self, name: str) -> None:
        """Shows the line with a name to type over."""
        self.name.setText(name)
        self.name.selectAll()
        self.show()
        self.name.setFocus(Qt.FocusReason.TabFocusReason)

    def _done(self) -> None:
        self.named.emit(self.name.text())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.closed.emit()
        else:
            super().keyPressEvent(event)


class _Chip(QPushButton):
    """A condition that holds: a click, space, or Delete lifts it."""

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Delete, Qt.Key.Key_Backspace):
            self.click()
        else:
            super().keyPressEvent(event)


class FilterBar(QWidget):
    """`changed` gives the conditions that hold from now on, `left` hands the focus back to the list. `before` stands in
    front of them, such as how many rows there are."""

    changed = Signal(tuple)
    left = Signal()

    def __init__(self, desktop: Desktop, record: type[Record], before: QWidget) -> None:
        super().__init__()
        self._d, self._record, theme, tr = desktop, record, desktop.theme, desktop.tr
        self.conditions: tuple[Condition, ...] = ()
        self.chips: list[QPushButton] = []
        self.offer = button(tr(mark("Filters")), self.open_menu, theme=theme, icon="fa6s.filter")
        self.add = button(tr(mark("Add a condition")), self.begin_adding, theme=theme, icon="fa6s.plus")
        self.add.setToolTip(ADD_KEY)
        QShortcut(QKeySequence(ADD_KEY), self, context=Qt.ShortcutContext.WindowShortcut).activated.connect(
            self.begin_adding
        )
        self.menu = QMenu(self)
        self.line = flow(theme, before, self.offer, self.add)
        self.panel, self.saving = ConditionPanel(desktop, record), SaveLine(desktop)
        self.panel.made.connect(self._add)
        self.saving.named.connect(self._save)
        for part in (self.panel, self.saving):
            part.closed.connect(self._put_away)
        self.setLayout(column(self.line, self.panel, self.saving, gap=theme.px(th.GAP_S)))

    def show_conditions(self, conditions: Sequence[Condition]) -> None:
        """Shows what holds, without saying that something changed."""
        self.conditions = tuple(conditions)
        line = self.line.layout()
        assert line is not None
        for chip in self.chips:
            line.removeWidget(chip)
            chip.hide()
            chip.deleteLater()
        line.removeWidget(self.add)
        self.chips = [self._chip(c) for c in self.conditions]
        for widget in (*self.chips, self.add):
            line.addWidget(widget)
        chain(self.offer, *self.chips, self.add)
        active = self._active()
        self.offer.setText(f" {active.name if active else self._d.tr('Filters')}")

    def _chip(self, condition: Condition) -> QPushButton:
        words = listing.words(self._d.desk, self._record, condition)
        made = _Chip(words)
        look(made, "chip")
        made.setIcon(self._d.theme.icon("fa6s.xmark", th.ACCENT))
        made.setCheckable(True)
        made.setChecked(True)
        made.setAutoDefault(False)
        told = self._d.tr(mark("Lift the condition: {words}"), words=words)
        made.setAccessibleName(told)
        made.setToolTip(told)
        made.clicked.connect(lambda: self._lift(condition))
        return made

    def _want(self, conditions: Sequence[Condition]) -> None:
        self.show_conditions(conditions)
        self.changed.emit(self.conditions)

    def _lift(self, condition: Condition) -> None:
        self.add.setFocus()
        self._want([c for c in self.conditions if c != condition])

    def begin_adding(self) -> None:
        """Opens the panel that asks for a condition."""
        self.saving.hide()
        self.panel.begin()

    def _add(self, condition: Condition) -> None:
        """A new condition; one that asks the same of the same fact gives way."""
        same = (condition.field, condition.how)
        self._put_away()
        self._want([*(c for c in self.conditions if (c.field, c.how) != same), condition])

    def _put_away(self) -> None:
        for part in (self.panel, self.saving):
            part.hide()
        self.left.emit()

    # --- saved filters ---

    def _active(self) -> Filter | None:
        """The filter whose conditions are those that hold now."""
        if not self.conditions:
            return None
        return next((f for f in listing.saved(self._d.desk, self._record) if f.conditions == self.conditions), None)

    def fill_menu(self) -> QMenu:
        """The menu with the filters on offer, and what can be done with the conditions that hold now."""
        menu, tr, found = self.menu, self._d.tr, listing.saved(self._d.desk, self._record)
        menu.clear()
        menu.addAction(tr(mark("All, without a filter")), lambda: self._want(()))
        for built_in in (True, False):
            menu.addSeparator()
            for one in (f for f in found if f.built_in is built_in):
                action = menu.addAction(one.name.replace("&", "&&"), partial(self._want, one.conditions))
                action.setCheckable(True)
                action.setChecked(one.conditions == self.conditions)
        active = self._active()
        menu.addSeparator()
        keep = menu.addAction(tr(mark("Save this filter under a name …")), self.begin_saving)
        keep.setEnabled(bool(self.conditions))
        if active is not None and not active.built_in:
            forget = tr(mark("Forget the filter “{name}”"), name=active.name)
            menu.addAction(forget.replace("&", "&&"), partial(self._forget, active.name))
        return menu

    def open_menu(self) -> None:
        """Shows the filters on offer beneath their button."""
        self.fill_menu().popup(self.offer.mapToGlobal(self.offer.rect().bottomLeft()))

    def begin_saving(self) -> None:
        """Asks for a name for the conditions that hold now."""
        active = self._active()
        told = [listing.words(self._d.desk, self._record, c) for c in self.conditions]
        self.panel.hide()
        self.saving.begin(active.name if active and not active.built_in else "，".join(told))

    def _save(self, name: str) -> None:
        try:
            listing.save(self._d.desk, self._record, name, self.conditions)
        except CareHubError as error:
            self._d.frame.complain(error)
            return
        self._put_away()
        self.show_conditions(self.conditions)
        self._d.frame.say(self._d.tr(mark("Saved: it now stands under “Filters”.")))

    def _forget(self, name: str) -> None:
        listing.drop(self._d.desk, self._record, name)
        self.show_conditions(self.conditions)
