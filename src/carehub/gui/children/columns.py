"""What each column of a ledger is taken for, with a choice to say it better: kept for the next ledger like it."""

from collections.abc import Mapping, Sequence
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QComboBox, QGridLayout, QWidget

from carehub.gui import theme as th
from carehub.gui.desktop import Desktop
from carehub.gui.widgets.basics import clear, column, label, scrolling
from carehub.services import importing

SURE = 0.75
"""Below this a column is marked to be looked at."""


class ColumnsPanel(QWidget):
    """One line for each column with cells: its header, what stands in it, what it is taken for."""

    def __init__(self, desktop: Desktop) -> None:
        super().__init__()
        self._d = desktop
        self._boxes: list[tuple[str, str | None, QComboBox]] = []
        self._body = column()
        inner = QWidget()
        inner.setLayout(self._body)
        self.setLayout(column(scrolling(inner)))

    def show_columns(self, sheets: Sequence[Mapping[str, Any]], columns: Sequence[Mapping[str, Any]]) -> None:
        """Shows the columns of every recognised sheet."""
        clear(self._body)
        self._boxes = []
        kinds = {s["sheet"]: s["kind"] for s in sheets}
        for sheet, kind in kinds.items():
            mine = [c for c in columns if c["sheet"] == sheet and c["header"] and c["samples"]]
            if kind in importing.IMPORTED and mine:
                self._add_sheet(sheet if len(kinds) > 1 else "", kind, mine)
        self._body.addStretch(1)

    def _add_sheet(self, title: str, kind: str, columns: Sequence[Mapping[str, Any]]) -> None:
        tr, theme = self._d.tr, self._d.theme
        if title:
            self._body.addWidget(label(title, "strong"))
        grid = QGridLayout()
        grid.setHorizontalSpacing(theme.px(th.GAP_M))
        grid.setVerticalSpacing(theme.px(th.GAP_S))
        for n, word in enumerate((tr("Column of the ledger"), tr("What stands there"), tr("Taken as"))):
            grid.addWidget(label(word, "muted"), 0, n)
        offered = importing.choices(self._d.desk, kind)
        for at, told in enumerate(columns, start=1):
            grid.addWidget(label(told["header"]), at, 0)
            grid.addWidget(label("、".join(told["samples"]), "muted"), at, 1)
            grid.addWidget(self._box(told, offered), at, 2, Qt.AlignmentFlag.AlignTop)
        for n, share in enumerate((2, 4, 3)):
            grid.setColumnStretch(n, share)
        holder = QWidget()
        holder.setLayout(grid)
        self._body.addWidget(holder)

    def _box(self, told: Mapping[str, Any], offered: Sequence[tuple[str, str]]) -> QComboBox:
        tr = self._d.tr
        box = QComboBox()
        box.addItem(tr("Not wanted"), None)
        for field, words in offered:
            doubt = field == told["field"] and told["score"] < SURE
            box.addItem(tr("{field} (please check)", field=words) if doubt else words, field)
        box.setCurrentIndex(max(box.findData(told["field"]), 0) if told["field"] else 0)
        box.setAccessibleName(tr("“{header}” is taken as", header=told["header"]))
        box.setFocusPolicy(Qt.FocusPolicy.StrongFocus)  # the wheel scrolls the list, it changes no answer
        box.installEventFilter(self)
        self._boxes.append((str(told["header"]), told["field"], box))
        return box

    def eventFilter(self, watched: Any, event: Any) -> bool:
        return bool(event.type() == event.Type.Wheel and not watched.hasFocus()) or super().eventFilter(watched, event)

    def corrections(self) -> dict[str, str | None]:
        """Header → field, for every column that a person said something else of."""
        said = {}
        for header, field, box in self._boxes:
            if box.currentData() != field:
                said[header] = box.currentData()
        return said

    @property
    def boxes(self) -> Mapping[str, QComboBox]:
        """The choices by header."""
        return {header: box for header, _, box in self._boxes}
