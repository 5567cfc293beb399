"""Tables of records: 300,000 rows open at once, because only what is seen is fetched."""

from collections.abc import Sequence
from itertools import groupby

from PySide6.QtCore import QItemSelection, QItemSelectionModel, QItemSelectionRange, Qt, Signal
from PySide6.QtGui import QHelpEvent, QKeyEvent, QResizeEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHeaderView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableView,
    QToolTip,
)

from carehub.gui import theme as th
from carehub.gui.rows import CHUNK, Column, Fetch, Index, RowsModel
from carehub.gui.theme import Theme

NARROWEST, WIDEST = 60, 320
"""Limits of a column's width at the standard size."""
MARGIN = 3
"""What the style adds beside the text of a cell, and does not beside a title."""
SELECT = QItemSelectionModel.SelectionFlag.Select


class _Cells(QStyledItemDelegate):
    """Whole rows are current, not cells; what does not fit shows as a tooltip."""

    def initStyleOption(self, option: QStyleOptionViewItem, index: Index) -> None:
        super().initStyleOption(option, index)
        option.state = option.state & ~QStyle.StateFlag.State_HasFocus

    def helpEvent(self, event: QHelpEvent, view: QAbstractItemView, option: QStyleOptionViewItem, index: Index) -> bool:
        words = index.data() or ""
        if words and self.sizeHint(option, index).width() > view.visualRect(index).width():
            QToolTip.showText(event.globalPos(), words, view)
        else:
            QToolTip.hideText()
        return True


class RecordTable(QTableView):
    """A table of records. Enter or a double click opens one, moving about selects, with Ctrl or Shift several, other
    keys are handed on. `arranged`: somebody has put the columns into another order."""

    opened = Signal(str)
    selected = Signal(str)
    typed = Signal(str)
    sort_asked = Signal(str, bool)
    arranged = Signal()

    def __init__(self, theme: Theme, name: str, columns: Sequence[Column], fetch: Fetch) -> None:
        super().__init__()
        self.theme, self._sorting = theme, (-1, False)
        self._wanted: list[int] = []
        self._laying = self._own_widths = self._arranging = False
        self.rows = RowsModel(columns, fetch)
        self.setModel(self.rows)
        self.setAccessibleName(name)
        self.setItemDelegate(_Cells(self))
        self._set_behaviour()
        self._set_header()
        self.rows.sort_asked.connect(self.sort_asked)
        self.doubleClicked.connect(lambda index: self.opened.emit(self.rows.id_at(index.row())))

    # --- rows -------------------------------------------------------------------------------------------------

    def set_ids(self, ids: Sequence[str]) -> None:
        """Shows these rows; records that were selected and are still there stay selected."""
        before, others = self.current_id(), self.selected_ids()
        self.rows.set_ids(ids)
        if not self._wanted and ids:
            self.fit_columns()
        if before:
            self.select(before)
        if len(others) > 1:
            self._select_all(set(others))

    def _select_all(self, wanted: set[str]) -> None:
        """Selects several records, as ranges of rows that lie together."""
        chosen, last = QItemSelection(), len(self.rows.columns) - 1
        places = (n for n, row in enumerate(self.rows.ids()) if row in wanted)
        for _, run in groupby(enumerate(places), lambda pair: pair[1] - pair[0]):
            rows = [n for _, n in run]
            chosen.append(QItemSelectionRange(self.rows.index(rows[0], 0), self.rows.index(rows[-1], last)))
        self.selectionModel().select(chosen, SELECT)

    def refresh(self) -> None:
        """Shows changed contents."""
        self.rows.refresh()

    def set_columns(self, columns: Sequence[Column]) -> None:
        """Shows other columns of the same rows; the selected record stays selected."""
        before, header = self.current_id(), self.horizontalHeader()
        self._arranging = True
        for n in range(header.count()):
            header.moveSection(header.visualIndex(n), n)
        self._arranging = False
        self.rows.set_columns(columns)
        self.fit_columns()
        if before:
            self.select(before)

    def arrangement(self) -> list[str]:
        """The names of the columns as they stand from left to right."""
        header = self.horizontalHeader()
        return [self.rows.columns[header.logicalIndex(n)].name for n in range(len(self.rows.columns))]

    def selected_ids(self) -> list[str]:
        """The records that are selected, in the order of the list."""
        parts = self.selectionModel().selection().toList()
        chosen = sorted({n for part in parts for n in range(part.top(), part.bottom() + 1)})
        return [self.rows.id_at(n) for n in chosen]

    def current_id(self) -> str:
        """The selected record, or empty."""
        index = self.currentIndex()
        return self.rows.id_at(index.row()) if index.isValid() else ""

    def select(self, id: str) -> bool:
        """Selects a record and brings it into sight; False if it is not among the rows."""
        row = self.rows.row_of(id)
        if row >= 0:
            self.selectRow(row)
            self.scrollTo(self.rows.index(row, 0))
        return row >= 0

    def show_sorting(self, name: str, descending: bool) -> None:
        """Points the arrow in the header without asking for anything."""
        at = next((i for i, c in enumerate(self.rows.columns) if c.name == name), -1)
        self._sorting = (at, descending)
        self.rows.show_sorting(at, descending)

    def _header_clicked(self, column: int) -> None:
        """Sorts upwards first, downwards when the same title is clicked again."""
        if not self.rows.columns[column].sortable:
            return
        descending = self._sorting == (column, False)
        self.show_sorting(self.rows.columns[column].name, descending)
        self.rows.sort(column, Qt.SortOrder.DescendingOrder if descending else Qt.SortOrder.AscendingOrder)

    def fit_columns(self) -> None:
        """Makes columns as wide as their first rows and their titles ask for, within limits; once is enough."""
        sample = [self.rows.row_at(i) for i in range(min(self.rows.rowCount(), CHUNK))]
        measure, scale = self.fontMetrics(), self.theme.scale
        edge = 2 * (self.theme.px(th.GAP_S) + MARGIN) + 2
        wanted = []
        for column in self.rows.columns:
            widest = max((measure.horizontalAdvance(column.show(r)) for r in sample if r is not None), default=0)
            icon = self.theme.text() + self.theme.px(th.GAP_S) if column.icon else 0
            arrow = self.theme.text(1.2) if column.sortable else 0
            title = measure.horizontalAdvance(column.title) + arrow
            width = max(round(column.width * scale), widest + icon + edge, title + edge)
            wanted.append(min(max(width, round(NARROWEST * scale)), round(WIDEST * scale)))
        self._wanted, self._own_widths = wanted, False
        self._lay_out()

    def _lay_out(self) -> None:
        """Gives columns the width they want; where there is less room, the widest give way first."""
        if not self._wanted or self._own_widths:
            return
        room, limit = self.viewport().width(), max(self._wanted)
        narrowest = round(NARROWEST * self.theme.scale)
        while limit > narrowest and sum(min(w, limit) for w in self._wanted) > room:
            limit -= 4
        self._laying = True
        for i, width in enumerate(self._wanted):
            self.setColumnWidth(i, min(width, limit))
        self._laying = False

    def _resized(self, column: int, _before: int, _after: int) -> None:
        """Columns that a person has pulled to a width keep it."""
        if not self._laying and column < len(self._wanted) - 1:
            self._own_widths = True

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._lay_out()

    # --- keys and mouse ---------------------------------------------------------------------------------------

    def keyPressEvent(self, event: QKeyEvent) -> None:
        plain = not event.modifiers() & ~(Qt.KeyboardModifier.ShiftModifier | Qt.KeyboardModifier.KeypadModifier)
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            if self.current_id():
                self.opened.emit(self.current_id())
        elif plain and event.text().isprintable() and event.text().strip():
            self.typed.emit(event.text())
        elif event.key() == Qt.Key.Key_Home and self.rows.rowCount():
            self.selectRow(0)
        elif event.key() == Qt.Key.Key_End and self.rows.rowCount():
            self.selectRow(self.rows.rowCount() - 1)
        else:
            super().keyPressEvent(event)

    def selectionChanged(self, selected: QItemSelection, deselected: QItemSelection) -> None:
        super().selectionChanged(selected, deselected)
        if not selected.isEmpty():
            self.selected.emit(self.rows.id_at(selected.at(0).top()))

    # --- building ---------------------------------------------------------------------------------------------

    def _set_behaviour(self) -> None:
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setTextElideMode(Qt.TextElideMode.ElideRight)
        self.setTabKeyNavigation(False)
        self.setShowGrid(False)
        self.setWordWrap(False)
        rows = self.verticalHeader()
        rows.hide()
        rows.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        rows.setMinimumSectionSize(self.theme.row)
        rows.setDefaultSectionSize(self.theme.row)

    def _set_header(self) -> None:
        header = self.horizontalHeader()
        header.setSelectionModel(QItemSelectionModel(self.rows, header))  # else it asks every row at every drawing
        header.setStretchLastSection(True)
        header.setHighlightSections(False)
        header.setSectionsMovable(True)
        header.setFixedHeight(self.theme.row)
        header.setSectionsClickable(True)
        header.setStyleSheet(f"QHeaderView::section {{ padding: 0 {self.theme.px(th.GAP_S) + MARGIN}px; }}")
        header.sectionClicked.connect(self._header_clicked)
        header.sectionResized.connect(self._resized)
        header.sectionMoved.connect(lambda *_: None if self._arranging else self.arranged.emit())
