"""The switch for the size of all text."""

from collections.abc import Callable
from functools import partial

from PySide6.QtWidgets import QHBoxLayout, QPushButton

from carehub.domain.texts import Texts, mark
from carehub.gui import theme as th
from carehub.gui.theme import TextSize, Theme
from carehub.gui.widgets.basics import button, row

NAMES = {
    TextSize.STANDARD: mark("Standard text"),
    TextSize.LARGE: mark("Large text"),
    TextSize.EXTRA_LARGE: mark("Extra-large text"),
}
FACTORS = {TextSize.STANDARD: 0.8, TextSize.LARGE: 1.05, TextSize.EXTRA_LARGE: 1.3}


def size_switch(theme: Theme, tr: Texts, on_size: Callable[[int], object]) -> QHBoxLayout:
    """One button for each size: the letter A in the size it stands for, within what a bar can hold."""
    line = row(gap=theme.px(th.GAP_XS))
    for size, name in NAMES.items():
        line.addWidget(_button(theme, size, tr(name), partial(on_size, int(size))))
    return line


def _button(theme: Theme, size: TextSize, name: str, on_click: Callable[[], object]) -> QPushButton:
    made = button("A", on_click, theme=theme, kind="segment")
    made.setAccessibleName(name)
    made.setToolTip(name)
    made.setCheckable(True)
    made.setChecked(size == theme.size)
    made.setFixedWidth(theme.row)
    made.setStyleSheet(f"padding: 0; font-size: {theme.text(FACTORS[size])}px;")
    return made
