"""A page of several purposes, one of them in sight: a line of tabs with counts, and what belongs to the chosen one."""

from dataclasses import dataclass

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QButtonGroup, QPushButton, QStackedWidget, QWidget

from carehub.domain.texts import Texts
from carehub.gui import theme as th
from carehub.gui.theme import Theme
from carehub.gui.widgets.basics import button, column
from carehub.gui.widgets.flow import flow


@dataclass
class _Tab:
    word: str
    button: QPushButton
    content: QWidget


class Sections(QWidget):
    """Tabs that arrow keys walk through. `chosen` comes with the key of a section whenever it is brought into sight."""

    chosen = Signal(str)

    def __init__(self, theme: Theme, tr: Texts) -> None:
        super().__init__()
        self._theme, self.texts = theme, tr
        self._tabs: dict[str, _Tab] = {}
        self._group = QButtonGroup(self)
        self._line = flow(theme)
        self._stack = QStackedWidget()
        body = column(self._line, self._stack, gap=theme.px(th.GAP_M))
        body.setStretch(1, 1)
        self.setLayout(body)

    def add(self, key: str, word: str, content: QWidget) -> None:
        """Adds a section; the first one is in sight."""
        made = button(word, lambda: self.show_section(key), theme=self._theme, kind="segment")
        made.setCheckable(True)
        self._group.addButton(made)
        self._tabs[key] = _Tab(word, made, content)
        line = self._line.layout()
        assert line is not None
        line.addWidget(made)
        self._stack.addWidget(content)
        if len(self._tabs) == 1:
            made.setChecked(True)

    @property
    def current(self) -> str:
        """The key of the section in sight."""
        return next(key for key, tab in self._tabs.items() if tab.content is self._stack.currentWidget())

    def content(self, key: str) -> QWidget:
        """What a section shows."""
        return self._tabs[key].content

    def show_section(self, key: str) -> None:
        """Brings a section into sight."""
        tab = self._tabs[key]
        tab.button.setChecked(True)
        self._stack.setCurrentWidget(tab.content)
        self.chosen.emit(key)

    def set_count(self, key: str, count: int) -> None:
        """Says beside a section's word how many things wait there."""
        tab = self._tabs[key]
        self.set_number(key, count)
        tab.button.setAccessibleName(self.texts("{section}, {count} waiting", section=tab.word, count=count))

    def set_number(self, key: str, count: int) -> None:
        """Shows a number beside a section's word."""
        tab = self._tabs[key]
        tab.button.setText(f"{tab.word} {count}" if count else tab.word)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        step = {Qt.Key.Key_Right: 1, Qt.Key.Key_Left: -1}.get(Qt.Key(event.key()), 0)
        buttons = [tab.button for tab in self._tabs.values()]
        at = next((n for n, made in enumerate(buttons) if made.hasFocus()), None)
        if step and at is not None:
            buttons[(at + step) % len(buttons)].setFocus()
        else:
            super().keyPressEvent(event)
