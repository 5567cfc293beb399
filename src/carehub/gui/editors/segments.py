"""A choice among a few: buttons side by side, one of them pressed or none."""

from collections.abc import Sequence

from PySide6.QtCore import QObject, Qt
from PySide6.QtGui import QFontMetrics, QKeyEvent
from PySide6.QtWidgets import QApplication, QPushButton, QSizePolicy, QWidget

from carehub.domain.texts import Texts, mark
from carehub.gui import theme as th
from carehub.gui.editors.base import Editor
from carehub.gui.theme import Theme
from carehub.gui.widgets.basics import look
from carehub.gui.widgets.flow import FlowLayout

FORWARD = (Qt.Key.Key_Right, Qt.Key.Key_Down)
BACK = (Qt.Key.Key_Left, Qt.Key.Key_Up)
EMPTYING = (Qt.Key.Key_Delete, Qt.Key.Key_Backspace)


class SegmentEditor(Editor):
    """One tab stop. Mouse, arrow keys or the number of a button choose; pressing again takes the choice back.
    Numbers are written before the words where there are more than two; words that begin with a figure, as 5% does, have
    no numbers beside it."""

    def __init__(self, theme: Theme, tr: Texts, options: Sequence[tuple[str, str]]) -> None:
        super().__init__(theme, tr)
        self._own_figures = any(name[:1].isdigit() for _, name in options)
        self._numbered = len(options) > 2 and not self._own_figures
        self._name = ""
        self._codes: list[str] = []
        self.buttons: list[QPushButton] = []
        self._line = FlowLayout(self, theme.px(th.GAP_S))
        policy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        for code, name in options:
            self._add(code, name)
        self._mark_stop()

    @property
    def target(self) -> QWidget:
        return self.buttons[self._stop()]

    def text(self) -> str:
        return next((c for c, b in zip(self._codes, self.buttons, strict=True) if b.isChecked()), "")

    def set_text(self, text: str) -> None:
        if text and text not in self._codes:
            self._add(text, text)  # a code unknown here is shown as it is, and kept until another is chosen
            self.set_name(self._name)
        for code, button in zip(self._codes, self.buttons, strict=True):
            button.setChecked(code == text)
        self._mark_stop()

    def set_value(self, value: object) -> None:
        super().set_value(int(value) if isinstance(value, bool) else value)

    def set_name(self, name: str) -> None:
        self._name = name
        self.setAccessibleName(name)
        for button in self.buttons:
            button.setAccessibleName(self._tr(mark("{label}: {choice}"), label=name, choice=button.text()))

    def set_description(self, words: str) -> None:
        for button in self.buttons:
            button.setAccessibleDescription(words)

    def set_wrong(self, wrong: bool) -> None:
        for button in self.buttons:
            button.setProperty("wrong", "true" if wrong else "false")

    def choose(self, index: int, *, again: bool = False) -> None:
        """Presses a button; with `again`, pressing the pressed one takes the choice back."""
        off = again and self.buttons[index].isChecked()
        for i, button in enumerate(self.buttons):
            button.setChecked(i == index and not off)
        self._mark_stop(index)
        self.buttons[index].setFocus(Qt.FocusReason.OtherFocusReason)
        self.changed.emit()

    def key_pressed(self, event: QKeyEvent) -> bool:
        key, last = event.key(), len(self.buttons) - 1
        here = next((i for i, b in enumerate(self.buttons) if b.hasFocus()), 0)
        chosen = self.buttons[here].isChecked()
        if key in FORWARD:
            self.choose(min(here + 1, last) if chosen else here)
        elif key in BACK:
            self.choose(max(here - 1, 0) if chosen else here)
        elif Qt.Key.Key_1 <= key <= Qt.Key.Key_9 and not self._own_figures:
            if key - Qt.Key.Key_1 <= last:
                self.choose(key - Qt.Key.Key_1)
        elif key in EMPTYING and self.text():
            self.choose(self._codes.index(self.text()), again=True)
        else:
            return super().key_pressed(event)
        return True

    def _focus_out(self, widget: QObject) -> None:
        if QApplication.focusWidget() not in self.buttons:
            super()._focus_out(widget)

    def _add(self, code: str, name: str) -> None:
        button = QPushButton(f"{len(self.buttons) + 1} {name}" if self._numbered else name)
        button.setCheckable(True)
        button.setAutoDefault(False)
        button.setCursor(Qt.CursorShape.PointingHandCursor)
        look(button, "segment")
        bold = QFontMetrics(self.theme.font(strong=True)).horizontalAdvance(button.text())
        button.setFixedWidth(max(bold + 2 * (self.theme.px(12) + 4), round(self.theme.row * 1.6)))
        button.clicked.connect(lambda: self._clicked(button))
        self._codes.append(code)
        self.buttons.append(button)
        self._line.addWidget(button)
        self.watch(button)

    def _clicked(self, button: QPushButton) -> None:
        """Qt has already turned the button round: pressed again means nothing is chosen."""
        on = button.isChecked()
        for other in self.buttons:
            other.setChecked(other is button and on)
        self._mark_stop(self.buttons.index(button))
        self.changed.emit()

    def _stop(self) -> int:
        return next((i for i, b in enumerate(self.buttons) if b.isChecked()), 0)

    def _mark_stop(self, at: int | None = None) -> None:
        """Only one of the buttons is reached with Tab: the pressed one, else the first."""
        stop = self._stop() if at is None else at
        for i, button in enumerate(self.buttons):
            button.setFocusPolicy(Qt.FocusPolicy.StrongFocus if i == stop else Qt.FocusPolicy.ClickFocus)
