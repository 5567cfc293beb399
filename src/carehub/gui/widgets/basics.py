"""Labels, buttons, cards and layouts in the theme's look."""

from collections.abc import Callable
from itertools import pairwise
from typing import TypeAlias, TypeVar

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QLayout,
    QLineEdit,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from carehub.gui import theme as th
from carehub.gui.theme import Theme

Item: TypeAlias = QWidget | QLayout | int
Items: TypeAlias = tuple[Item, ...]
Margins: TypeAlias = tuple[int, int, int, int]
CHORDS = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier
L = TypeVar("L", QVBoxLayout, QHBoxLayout)


class _Button(QPushButton):
    """Enter presses the button one is at, as the space key does: nobody expects it to do nothing. Where buttons are
    ticks or choices of a form, Enter goes on to the next question."""

    def keyPressEvent(self, event: QKeyEvent) -> None:
        enter = event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and not event.modifiers() & CHORDS
        if enter and not self.isCheckable():
            self.click()
        else:
            super().keyPressEvent(event)


def look(widget: QWidget, name: str) -> None:
    """Chooses a part of the style sheet for a widget."""
    widget.setProperty("look", name)
    widget.style().unpolish(widget)
    widget.style().polish(widget)


def label(text: str, kind: str = "", *, wrap: bool = True) -> QLabel:
    """A label: `kind` is title, heading, strong, muted, small, alarm or big."""
    made = QLabel(text)
    made.setWordWrap(wrap)
    made.setTextFormat(Qt.TextFormat.PlainText)
    if kind:
        look(made, kind)
    return made


def button(text: str, on_click: Callable[[], object], *, theme: Theme, icon: str = "", kind: str = "") -> QPushButton:
    """A push button: `kind` is primary, danger, plain, chip or empty for an ordinary one."""
    made = _Button(f" {text}" if icon and text else text)
    made.setAccessibleName(text)
    if kind:
        look(made, kind)
    if icon:
        colour = {"primary": th.CARD, "danger": th.ALARM}.get(kind, th.INK)
        made.setIcon(theme.icon(icon, colour))
        made.setIconSize(QSize(theme.text(1.0), theme.text(1.0)))
    made.setCursor(Qt.CursorShape.PointingHandCursor)
    made.setAutoDefault(False)
    made.clicked.connect(lambda: on_click())
    return made


def reword(made: QPushButton, text: str) -> None:
    """Other words on a button with an icon. Qt takes a button's shortcut away with its text: it is given back."""
    key = made.shortcut()
    made.setText(f" {text}")
    made.setAccessibleName(text)
    made.setShortcut(key)


def wrap(made: QPushButton, width: int) -> None:
    """Breaks a button's words between words into lines that fit a width, and makes the button as high as they ask."""
    lines, metrics = [""], made.fontMetrics()
    for word in made.text().split(" "):
        longer = f"{lines[-1]} {word}".strip()
        if lines[-1] and metrics.horizontalAdvance(longer) > width:
            lines.append(word)
        else:
            lines[-1] = longer
    made.setText("\n".join(lines))
    if len(lines) > 1:
        made.setFixedHeight(len(lines) * metrics.lineSpacing() + th.GAP_XL)


def line_edit(name: str, text: str = "", *, secret: bool = False) -> QLineEdit:
    """A line to type into; `name` is what a screen reader says. A `secret` one shows dots."""
    made = QLineEdit(text)
    made.setAccessibleName(name)
    if secret:
        made.setEchoMode(QLineEdit.EchoMode.Password)
    return made


def icon_button(name: str, icon: str, on_click: Callable[[], object], *, theme: Theme) -> QPushButton:
    """A square button with an icon; `name` is what a screen reader and the tooltip say."""
    made = button("", on_click, theme=theme, icon=icon, kind="plain")
    made.setAccessibleName(name)
    made.setToolTip(name)
    made.setFixedWidth(theme.row + 4)
    made.setStyleSheet("padding: 0;")
    return made


def column(*items: Item, gap: int = 0, margins: Margins = (0, 0, 0, 0)) -> QVBoxLayout:
    """A vertical layout of widgets, layouts and stretches (numbers)."""
    return _fill(QVBoxLayout(), items, gap, margins)


def row(*items: Item, gap: int = 0, margins: Margins = (0, 0, 0, 0)) -> QHBoxLayout:
    """A horizontal layout of widgets, layouts and stretches (numbers)."""
    return _fill(QHBoxLayout(), items, gap, margins)


def _fill(layout: L, items: Items, gap: int, margins: Margins) -> L:
    layout.setSpacing(gap)
    layout.setContentsMargins(*margins)
    for item in items:
        if isinstance(item, int):
            layout.addStretch(item)
        elif isinstance(item, QWidget):
            layout.addWidget(item)
        else:
            layout.addLayout(item)
    return layout


def chain(*widgets: QWidget) -> None:
    """Has the tab key go from each of these widgets to the next."""
    for first, second in pairwise(widgets):
        QWidget.setTabOrder(first, second)


class Card(QFrame):
    """A white sheet on the paper, holding things that belong together."""

    def __init__(self, theme: Theme, *items: Item, gap: int = th.GAP_S) -> None:
        super().__init__()
        look(self, "card")
        edge = theme.px(th.GAP_L)
        self.body = column(*items, gap=theme.px(gap), margins=(edge, edge, edge, edge))
        self.setLayout(self.body)


def scrolling(content: QWidget, *, inside: bool = False) -> QScrollArea:
    """A page's content in a scroll area that grows with the window; `inside` a card it is white."""
    area = QScrollArea()
    area.setWidgetResizable(True)
    area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    area.setWidget(content)
    area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    look(content, "inside" if inside else "page")
    return area


def clear(layout: QLayout) -> None:
    """Takes everything out of a layout and lets it go."""
    while (item := layout.takeAt(0)) is not None:
        inner = item.layout()
        if inner is not None:
            clear(inner)
        widget = item.widget()
        if widget is not None:
            widget.hide()
            widget.deleteLater()
