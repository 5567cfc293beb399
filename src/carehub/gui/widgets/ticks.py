"""A list to tick people off: space or a click ticks one, Ctrl+A all."""

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QAbstractItemView, QListWidget, QListWidgetItem

from carehub.domain.texts import Texts
from carehub.gui import theme as th
from carehub.gui.theme import Theme

ON, OFF = "fa6s.square-check", "fa6.square"
KEYS = (Qt.Key.Key_Space, Qt.Key.Key_Return, Qt.Key.Key_Enter)


@dataclass(frozen=True, slots=True)
class TickRow:
    """One line: what it stands for, its words, and whether it is ticked."""

    id: str
    text: str
    on: bool


class TickList(QListWidget):
    """Says what was ticked or unticked by `ticked`, as ids and whether they are ticked now; whoever listens saves it.
    `on_word` and `off_word` are what a screen reader adds to a line."""

    ticked = Signal(list, bool)

    def __init__(self, theme: Theme, tr: Texts, name: str, on_word: str, off_word: str) -> None:
        super().__init__()
        self._theme, self._words = theme, {True: tr(on_word), False: tr(off_word)}
        self._on: dict[str, bool] = {}
        self.setAccessibleName(name)
        self.setUniformItemSizes(True)
        self.setIconSize(QSize(theme.text(1.2), theme.text(1.2)))
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setTextElideMode(Qt.TextElideMode.ElideRight)

    def set_rows(self, rows: Sequence[TickRow]) -> None:
        """Shows these lines; the line one is at stays, if it is still there."""
        at, before = self.currentRow(), list(self._on)
        self._on = {row.id: row.on for row in rows}
        if before == list(self._on) and self.count() == len(rows):
            for n, row in enumerate(rows):
                self._dress(self.item(n), row.text, row.on)
            return
        self.clear()
        for row in rows:
            item = QListWidgetItem()
            item.setData(Qt.ItemDataRole.UserRole, row.id)
            self._dress(item, row.text, row.on)
            self.addItem(item)
        if rows:
            self.setCurrentRow(min(max(at, 0), len(rows) - 1))

    def _dress(self, item: QListWidgetItem, text: str, on: bool) -> None:
        item.setText(text)
        item.setIcon(self._theme.icon(ON if on else OFF, th.ACCENT if on else th.MUTED))
        item.setData(Qt.ItemDataRole.AccessibleTextRole, f"{text}　{self._words[on]}")

    @property
    def on(self) -> list[str]:
        """The ids that are ticked, in their order."""
        return [row for row, on in self._on.items() if on]

    def set_on(self, ids: Sequence[str], on: bool) -> None:
        """Ticks or unticks lines by themselves, without saying so."""
        wanted = set(ids)
        for n in range(self.count()):
            item = self.item(n)
            row = item.data(Qt.ItemDataRole.UserRole)
            if row in wanted:
                self._on[row] = on
                self._dress(item, item.text(), on)

    def tick_all(self) -> None:
        """Ticks every line that is not ticked yet."""
        missing = [row for row, on in self._on.items() if not on]
        if missing:
            self.set_on(missing, on=True)
            self.ticked.emit(missing, True)

    def toggle(self, n: int) -> None:
        """Ticks a line, or takes the tick away."""
        if 0 <= n < self.count():
            row = self.item(n).data(Qt.ItemDataRole.UserRole)
            on = not self._on[row]
            self.set_on([row], on=on)
            self.ticked.emit([row], on)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in KEYS:
            self.toggle(self.currentRow())
        elif event.key() == Qt.Key.Key_A and event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            self.tick_all()
        else:
            super().keyPressEvent(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        super().mouseReleaseEvent(event)
        if event.button() is Qt.MouseButton.LeftButton:
            self.toggle(self.indexAt(event.position().toPoint()).row())
