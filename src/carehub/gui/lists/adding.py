"""A condition put together by keyboard: of what, how, and the value; Enter goes on."""

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QFrame, QWidget

from carehub.domain import filters
from carehub.domain.errors import InvalidInput
from carehub.domain.facts import Fact
from carehub.domain.filters import NAMES, Condition, How
from carehub.domain.record import Record
from carehub.domain.texts import mark
from carehub.gui import theme as th
from carehub.gui.desktop import Desktop
from carehub.gui.editors.base import ENTER_KEYS
from carehub.gui.editors.choices import ChoiceEditor, Option
from carehub.gui.lists.values import Values
from carehub.gui.widgets.basics import button, chain, column, label, look
from carehub.gui.widgets.combo import ComboBox
from carehub.gui.widgets.flow import flow
from carehub.services import listing

WIDTH = 260


class ConditionPanel(QFrame):
    """Asks for one condition. `made` gives it; Escape or `closed` puts the panel away."""

    made = Signal(object)
    closed = Signal()

    def __init__(self, desktop: Desktop, record: type[Record]) -> None:
        super().__init__()
        look(self, "card")
        self._d, theme, tr = desktop, desktop.theme, desktop.tr
        self._facts = listing.facts(desktop.desk, record)
        options = [Option(name, tr(fact.label)) for name, fact in self._facts.items()]
        self.field = ChoiceEditor(theme, tr, options, width=WIDTH)
        self.field.set_name(tr(mark("Filter by what?")))
        self.field.changed.connect(self._field_chosen)
        self.field.entered.connect(self._to_how)
        self.how = ComboBox(theme, tr(mark("What shall hold?")))
        self.how.currentIndexChanged.connect(self._how_chosen)
        self.how.installEventFilter(self)
        self.values: Values | None = None
        self._place = column()
        holder = QWidget()
        holder.setLayout(self._place)
        self._add = button(tr(mark("Add")), self.take, theme=theme, icon="fa6s.check", kind="primary")
        self._drop = button(tr("Cancel"), self.closed.emit, theme=theme)
        self.line = flow(theme, self.field, self.how, holder, self._add, self._drop)
        chain(self.field.target, self.how, self._add, self._drop)
        self._wrong = label("", "alarm")
        edge = theme.px(th.GAP_M)
        self.setLayout(column(self.line, self._wrong, gap=theme.px(th.GAP_S), margins=(edge, edge, edge, edge)))
        self._shown = ""
        self.hide()

    @property
    def stops(self) -> list[QWidget]:
        """The widgets that the tab key goes through, in their order."""
        return [self.field.target, self.how, *(self.values.stops if self.values else ()), self._add, self._drop]

    def begin(self) -> None:
        """Shows the panel, empty, with the focus on what to filter by."""
        self.field.set_text("")
        self._field_chosen()
        self.show()
        self.field.focus()

    def choose(self, field: str, how: How) -> None:
        """Chooses of what and how by itself, as somebody at the keyboard would."""
        self.field.set_text(field)
        self._field_chosen()
        self.how.setCurrentIndex(self.how.findData(how))

    @property
    def _fact(self) -> Fact | None:
        return self._facts.get(self.field.text())

    def _field_chosen(self) -> None:
        fact = self._fact
        name = fact.name if fact else ""
        if name == self._shown and name:
            return
        self._shown = name
        self.how.blockSignals(True)
        self.how.clear()
        for how in filters.hows_for(fact) if fact else ():
            self.how.addItem(self._d.tr(NAMES[how]), how)
        self.how.blockSignals(False)
        self.how.setVisible(fact is not None)
        self._how_chosen()

    def _how_chosen(self) -> None:
        """Another question has other answers."""
        self._say("")
        if self.values is not None:
            self._place.removeWidget(self.values)
            self.values.hide()
            self.values.deleteLater()
            self.values = None
        fact, how = self._fact, self.how.currentData()
        self._add.setEnabled(fact is not None)
        if fact is not None and how is not None:
            self.values = Values(self._d.theme, self._d.tr, self._d.desk.codes, fact, How(how))
            self.values.entered.connect(self.take)
            self._place.addWidget(self.values)
            chain(self.how, *self.values.stops, self._add, self._drop)

    def _to_how(self) -> None:
        if self._fact is not None:
            self.how.setFocus(Qt.FocusReason.TabFocusReason)

    def _to_values(self) -> None:
        if self.values is None or not self.values.focus():
            self.take()

    def take(self) -> None:
        """Hands the condition on, or says what is missing."""
        fact = self._fact
        if fact is None or self.values is None:
            return
        condition = Condition(fact.name, How(self.how.currentData()), self.values.values())
        try:
            filters.require(condition, self._facts, self._d.desk.codes)
        except InvalidInput as error:
            self._say(self._d.tr.error(error))
            self.values.focus()
            return
        self.made.emit(condition)

    def _say(self, words: str) -> None:
        self._wrong.setText(words)
        self._wrong.setVisible(bool(words))

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Enter in the box of questions goes on to the answer."""
        pressed = isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress and event.key() in ENTER_KEYS
        if watched is self.how and pressed:
            self._to_values()
            return True
        return super().eventFilter(watched, event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.closed.emit()
        else:
            super().keyPressEvent(event)
