"""What every editor of a form has in common."""

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent
from PySide6.QtWidgets import QWidget

from carehub.domain.texts import Texts
from carehub.gui.theme import Theme

ENTER_KEYS = (Qt.Key.Key_Return, Qt.Key.Key_Enter)
PASSING = (Qt.FocusReason.PopupFocusReason, Qt.FocusReason.MenuBarFocusReason)
"""A list, calendar or menu of the field itself takes the focus for a while: the field has not been left."""


class Editor(QWidget):
    """Edits one value. `text` is the value as it stands in a draft; the form checks it against the fact.

    `changed` comes with every key, `left` when the focus goes elsewhere, `entered` when Enter asks for the next field.
    """

    changed = Signal()
    left = Signal()
    entered = Signal()

    def __init__(self, theme: Theme, tr: Texts) -> None:
        super().__init__()
        self.theme, self._tr = theme, tr

    @property
    def target(self) -> QWidget:
        """The widget that takes the focus and the name."""
        raise NotImplementedError

    def text(self) -> str:
        """What is typed or chosen, as text; empty for nothing."""
        raise NotImplementedError

    def set_text(self, text: str) -> None:
        """Shows a text that `text` gave before, without saying that something changed."""
        raise NotImplementedError

    def set_value(self, value: object) -> None:
        """Shows a value as it is stored."""
        self.set_text("" if value is None else str(value))

    def set_name(self, name: str) -> None:
        """The name a screen reader says."""
        self.target.setAccessibleName(name)

    def set_description(self, words: str) -> None:
        """What a screen reader adds to the name: help, or what is wrong."""
        self.target.setAccessibleDescription(words)

    def set_wrong(self, wrong: bool) -> None:
        """Draws the outline of a value that cannot stay."""
        widget = self.target
        if bool(widget.property("wrong") == "true") != wrong:
            widget.setProperty("wrong", "true" if wrong else "false")
            widget.style().unpolish(widget)
            widget.style().polish(widget)

    def focus(self, *, mend: bool = False) -> None:
        """Takes the focus: everything selected to be typed over, or with `mend` the cursor behind what is there."""
        self.target.setFocus(Qt.FocusReason.TabFocusReason)
        self.place_cursor(mend)

    def place_cursor(self, _mend: bool) -> None:
        """Puts the cursor where `focus` wants it."""

    def tidy(self) -> None:
        """Called when the focus has left, before the check: brings the text into its usual form."""

    def watch(self, widget: QWidget) -> None:
        """Follows the focus and the Enter key of the widget that is typed into."""
        widget.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if isinstance(event, QFocusEvent) and event.lostFocus() and event.reason() not in PASSING:
            self._focus_out(watched)
        if event.type() == QEvent.Type.KeyPress and isinstance(event, QKeyEvent) and self.key_pressed(event):
            return True
        return super().eventFilter(watched, event)

    def _focus_out(self, _widget: QObject) -> None:
        self.tidy()
        self.left.emit()

    def key_pressed(self, event: QKeyEvent) -> bool:
        """Handles a key before the widget sees it; True if that was all."""
        if event.key() in ENTER_KEYS:
            self.entered.emit()
            return True
        return False
