"""Facts of a row as a small grid, and what must be noticed about a child."""

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout

from carehub.domain.facts import facts_of
from carehub.domain.record import Record
from carehub.gui import theme as th
from carehub.gui.desktop import Desktop
from carehub.gui.widgets.basics import label
from carehub.gui.widgets.masked import MaskedLabel
from carehub.services import doorway, labels
from carehub.services.children import ChildFile


def facts_grid(desktop: Desktop, row: Record, names: Sequence[str], *, pairs: int = 1) -> QGridLayout:
    """Labels and values of some fields, `pairs` of them side by side; empty ones are left out, sensitive ones masked
    until asked for."""
    grid = QGridLayout()
    grid.setHorizontalSpacing(desktop.theme.px(th.GAP_M))
    grid.setVerticalSpacing(desktop.theme.px(th.GAP_S))
    facts, n = facts_of(type(row)), 0
    for name in names:
        text = labels.show_fact(desktop.desk, facts[name], getattr(row, name))
        if not text:
            continue
        at, place = divmod(n, pairs)
        told = label(desktop.tr(facts[name].label), "muted", wrap=False)
        value = MaskedLabel(desktop, facts[name], text, row) if facts[name].sensitive else label(text)
        grid.addWidget(told, at, 2 * place, Qt.AlignmentFlag.AlignTop)
        grid.addWidget(value, at, 2 * place + 1, Qt.AlignmentFlag.AlignTop)
        grid.setColumnStretch(2 * place + 1, 1)
        n += 1
    return grid


def warnings_of(desktop: Desktop, file: ChildFile) -> list[str]:
    """What is missing or alarming, each in a sentence that says what to do."""
    return [warning.text for warning in doorway.warnings(desktop.desk, file.child.id)]
