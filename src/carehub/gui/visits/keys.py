"""Editors for typing in a stack of sheets: one key for each check, days in few figures, Enter instead of Ctrl+Enter."""

from collections.abc import Callable, Sequence
from datetime import date

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent

from carehub.domain.short_days import short_day
from carehub.domain.texts import Texts
from carehub.gui.editors.base import ENTER_KEYS
from carehub.gui.editors.days import DayEditor
from carehub.gui.editors.lines import LongEditor
from carehub.gui.editors.segments import EMPTYING, SegmentEditor
from carehub.gui.theme import Theme


class CheckEditor(SegmentEditor):
    """One key ticks and goes on: a number its box, Enter the first one where nothing is ticked yet, 0 none. Up and Down
    walk through the checks and change nothing."""

    def __init__(self, theme: Theme, tr: Texts, options: Sequence[tuple[str, str]]) -> None:
        super().__init__(theme, tr, options)
        self.setToolTip(tr("1, 2, 3: tick and go on; Enter: in order; 0: nothing ticked"))

    def key_pressed(self, event: QKeyEvent) -> bool:
        key = event.key()
        if Qt.Key.Key_1 <= key <= Qt.Key.Key_9:
            if key - Qt.Key.Key_1 < len(self.buttons):
                self.choose(key - Qt.Key.Key_1)
                self.entered.emit()
        elif key in ENTER_KEYS:
            if not self.text():
                self.choose(0)
            self.entered.emit()
        elif key == Qt.Key.Key_0:
            self.set_text("")
            self.changed.emit()
            self.entered.emit()
        elif key == Qt.Key.Key_Up:
            self.focusNextPrevChild(False)
        elif key == Qt.Key.Key_Down:
            self.focusNextPrevChild(True)
        elif key in EMPTYING:
            self.set_text("")
            self.changed.emit()
        else:
            return super().key_pressed(event)
        return True


class ShortDayEditor(DayEditor):
    """A day in as few figures as stand on the paper: 24, 11.24. With `past` the last such day is meant, else the next
    one after `near`."""

    def __init__(self, theme: Theme, tr: Texts, *, past: bool, near: Callable[[], date] = date.today) -> None:
        super().__init__(theme, tr)
        self._past, self._near = past, near

    def day(self) -> date | None:
        return short_day(self.line.text(), self._near(), past=self._past)

    def text(self) -> str:
        day = self.day()
        return day.isoformat() if day else self.line.text()


class NoteEditor(LongEditor):
    """Several lines in which Enter goes on; Shift+Enter makes a line."""

    def __init__(self, theme: Theme, tr: Texts) -> None:
        super().__init__(theme, tr)
        self.area.setToolTip(tr("Enter: next field; Shift+Enter: new line"))

    def key_pressed(self, event: QKeyEvent) -> bool:
        if event.key() in ENTER_KEYS and not event.modifiers() & Qt.KeyboardModifier.ShiftModifier:
            self.entered.emit()
            return True
        return False
