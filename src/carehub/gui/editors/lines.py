"""Editors that are typed into: one line, several lines, digits."""

import unicodedata

from PySide6.QtCore import Qt
from PySide6.QtGui import QFontMetrics, QKeyEvent, QValidator
from PySide6.QtWidgets import QHBoxLayout, QLabel, QLineEdit, QPlainTextEdit, QSizePolicy, QWidget

from carehub.domain.money import yuan
from carehub.domain.texts import Texts
from carehub.gui import theme as th
from carehub.gui.editors.base import ENTER_KEYS, Editor
from carehub.gui.theme import Theme
from carehub.gui.widgets.basics import label

LATIN = Qt.InputMethodHint.ImhPreferLatin | Qt.InputMethodHint.ImhNoPredictiveText


class LineEditor(Editor):
    """One line. A text that is too long is not cut: the check below it says how much fits."""

    def __init__(self, theme: Theme, tr: Texts, *, width: int = 0, unit: str = "", latin: bool = False) -> None:
        super().__init__(theme, tr)
        self.line = QLineEdit()
        self.line.textEdited.connect(lambda: self.changed.emit())
        if latin:
            self.line.setInputMethodHints(LATIN)
        if width:
            self.line.setFixedWidth(theme.px(width))
        self.row = QHBoxLayout(self)
        self.row.setContentsMargins(0, 0, 0, 0)
        self.row.setSpacing(theme.px(th.GAP_S))
        self.row.addWidget(self.line)
        if unit:
            self.row.addWidget(unit_label(unit))
        if width:
            self.row.addStretch(1)
        self.watch(self.line)

    @property
    def target(self) -> QWidget:
        return self.line

    def text(self) -> str:
        return self.line.text()

    def set_text(self, text: str) -> None:
        self.line.setText(text)
        self.line.setCursorPosition(0)

    def place_cursor(self, mend: bool) -> None:
        place_cursor(self.line, mend)

    def tidy(self) -> None:
        if self.line.text() != self.line.text().strip():
            self.set_text(self.line.text().strip())


def place_cursor(line: QLineEdit, mend: bool) -> None:
    """Selects everything, or goes behind the last character: a number that lacks one is not wiped out by it."""
    if mend:
        line.deselect()
        line.end(False)
    else:
        line.selectAll()


def unit_label(unit: str) -> QLabel:
    """The unit behind a number."""
    made = label(unit, "muted", wrap=False)
    made.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Preferred)
    return made


class Digits(QValidator):
    """Lets digits through, also the wide ones of a Chinese input method, which become plain."""

    def __init__(self, most: int) -> None:
        super().__init__()
        self._most = most

    def validate(self, text: str, position: int) -> tuple[QValidator.State, str, int]:
        plain = unicodedata.normalize("NFKC", text).strip()
        good = len(plain) <= self._most and all(c in "0123456789" for c in plain)
        return (QValidator.State.Acceptable if good else QValidator.State.Invalid, plain, min(position, len(plain)))


class NumberEditor(LineEditor):
    """A whole number: digits only, its unit behind it."""

    def __init__(self, theme: Theme, tr: Texts, *, unit: str = "", most: int = 9) -> None:
        super().__init__(theme, tr, width=120, unit=unit, latin=True)
        self._digits = Digits(most)
        self.line.setValidator(self._digits)
        self.line.setInputMethodHints(Qt.InputMethodHint.ImhDigitsOnly)


class MoneyEditor(LineEditor):
    """A sum in yuan; stored are fen."""

    def set_value(self, value: object) -> None:
        self.set_text(yuan(value) if isinstance(value, int) else "")


class LongEditor(Editor):
    """Several lines: two at first, growing to four. Tab leaves; Enter makes a line, Ctrl+Enter goes on."""

    FEWEST, MOST = 2, 4

    def __init__(self, theme: Theme, tr: Texts) -> None:
        super().__init__(theme, tr)
        self.area = QPlainTextEdit()
        self.area.setTabChangesFocus(True)
        self.area.setToolTip(tr("Ctrl+Enter: next field"))
        self._silent = False
        body = QHBoxLayout(self)
        body.setContentsMargins(0, 0, 0, 0)
        body.addWidget(self.area)
        self.area.textChanged.connect(self._typed)
        self.area.document().documentLayout().documentSizeChanged.connect(self._size)
        self.watch(self.area)
        self._size()

    @property
    def target(self) -> QWidget:
        return self.area

    def text(self) -> str:
        return self.area.toPlainText()

    def set_text(self, text: str) -> None:
        self._silent = True
        self.area.setPlainText(text)
        self._silent = False
        self._size()

    def key_pressed(self, event: QKeyEvent) -> bool:
        if event.key() in ENTER_KEYS and event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            self.entered.emit()
            return True
        return False

    def _typed(self) -> None:
        self._size()
        if not self._silent:
            self.changed.emit()

    def _size(self) -> None:
        """Makes room for the lines there are, within limits."""
        wanted = round(self.area.document().size().height())
        lines = min(self.MOST, max(self.FEWEST, wanted))
        bars = Qt.ScrollBarPolicy
        self.area.setVerticalScrollBarPolicy(bars.ScrollBarAsNeeded if wanted > lines else bars.ScrollBarAlwaysOff)
        spacing = QFontMetrics(self.theme.font()).lineSpacing() + 1
        margin = round(self.area.document().documentMargin())
        self.area.setFixedHeight(lines * spacing + 2 * (self.theme.px(th.GAP_S) + 1 + margin) + 2)
