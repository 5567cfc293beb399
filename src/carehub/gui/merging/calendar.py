"""The calendar of who handed in what: sites down, months across; marks in words and signs, never in colour alone."""

from datetime import date
from functools import partial
from pathlib import Path
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QFileDialog, QHeaderView, QLayout, QTableWidget, QTableWidgetItem, QWidget

from carehub.domain.errors import CareHubError
from carehub.gui import theme as th
from carehub.gui.desktop import Desktop
from carehub.gui.lists.page import WIDE_TEXT
from carehub.gui.merging.bundle import COUNTS
from carehub.gui.widgets.basics import Card, button, clear, column, label, row, scrolling
from carehub.gui.widgets.choosing import on_desktop
from carehub.gui.widgets.notice import EmptyState
from carehub.services import calendars, labels, printing
from carehub.services.calendars import Mark, Month, SiteYear
from carehub.services.files import write_over

FEW_MONTHS = 4
"""So many months fit beside the names in extra-large text."""
SIGNS = {Mark.HANDED_IN: "✓", Mark.NOTHING: "✗", Mark.NOT_YET: "…", Mark.BEFORE: "—"}
INKS = {Mark.HANDED_IN: th.GOOD, Mark.NOTHING: th.CAUTION, Mark.NOT_YET: th.MUTED, Mark.BEFORE: th.MUTED}


class CalendarPanel(QWidget):
    """The grid, and below it the bundles of the cell that the cursor is on."""

    def __init__(self, desktop: Desktop) -> None:
        super().__init__()
        self._d = desktop
        tr, theme = desktop.tr, desktop.theme
        self._months = FEW_MONTHS if theme.scale > WIDE_TEXT else 8 if theme.scale > 1 else calendars.MONTHS
        self._years: list[SiteYear] = []
        self._table = self._grid()
        legend = tr("✓ 2: two bundles handed in　✗ nothing　… not yet this month　— had not begun")
        self._legend = label(legend, "small")
        self._period = label("", "muted")
        self._detail = column(gap=theme.px(th.GAP_S))
        self._empty = column()
        self._card = Card(theme, self._detail)
        inner = QWidget()
        body = column(self._period, self._table, self._legend, self._card, self._empty, 1, gap=theme.px(th.GAP_S))
        inner.setLayout(body)
        self.setLayout(column(scrolling(inner)))

    def _grid(self) -> QTableWidget:
        table = QTableWidget(0, self._months + 1)
        table.setAccessibleName(self._d.tr("Who has handed in, month by month"))
        table.verticalHeader().hide()
        table.verticalHeader().setDefaultSectionSize(self._d.theme.row)
        table.setShowGrid(False)
        table.setTabKeyNavigation(False)
        table.setEditTriggers(QTableWidget.EditTrigger.NoEditTriggers)
        table.setSelectionMode(QTableWidget.SelectionMode.SingleSelection)
        table.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        table.currentCellChanged.connect(lambda at, place, *_: self._show(at, place))
        return table

    # --- the grid ---------------------------------------------------------------------------------------------

    def reload(self) -> None:
        """Reads the calendar; the cursor stays where it is."""
        self._years = calendars.calendar(self._d.desk, count=self._months)
        for part in (self._period, self._table, self._legend, self._card):
            part.setVisible(bool(self._years))
        clear(self._empty)
        if not self._years:
            tr = self._d.tr
            text = tr("Hand the office card to your rooms and schools. They stand here once their first bundle is in.")
            self._empty.addWidget(EmptyState(self._d.theme, "fa6s.calendar", tr("Nobody has handed in yet."), text))
            return
        at, place = max(0, self._table.currentRow()), self._table.currentColumn()
        self._fill()
        place = place if place > 0 else self._months
        at = min(at, len(self._years) - 1)
        self._table.setCurrentCell(at, place)
        self._show(at, place)

    def _fill(self) -> None:
        tr, table = self._d.tr, self._table
        table.blockSignals(True)
        months = self._years[0].months
        self._period.setText(
            tr("From {first} to {last}", first=f"{months[0].first:%Y-%m}", last=f"{months[-1].first:%Y-%m}")
        )
        heads = [tr("Site"), *(self._head(m.first) for m in self._years[0].months)]
        table.setHorizontalHeaderLabels(heads)
        if first := table.horizontalHeaderItem(0):
            first.setTextAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        table.setRowCount(len(self._years))
        for n, year in enumerate(self._years):
            told = tr("{site} (laptop revoked)", site=year.name) if year.revoked else year.name
            name = QTableWidgetItem(told)
            name.setToolTip(told)
            table.setItem(n, 0, name)
            for place, month in enumerate(year.months, start=1):
                table.setItem(n, place, self._item(year, month))
        header = table.horizontalHeader()
        header.setSectionResizeMode(QHeaderView.ResizeMode.Stretch)
        header.setSectionResizeMode(0, QHeaderView.ResizeMode.Fixed)
        table.setColumnWidth(0, round(220 * (1 + (self._d.theme.scale - 1) * 0.6)))
        header.setSectionResizeMode(self._months, QHeaderView.ResizeMode.Fixed)
        table.setColumnWidth(self._months, self._widest())
        height = table.horizontalHeader().sizeHint().height() + self._d.theme.row * len(self._years) + 4
        table.setFixedHeight(height)
        table.blockSignals(False)

    def _head(self, first: date) -> str:
        """The month; the years stand above the grid."""
        return self._d.tr.pick(f"{first.month}月", f"{first:%b}")

    def _widest(self) -> int:
        """The present month has room for what is missing."""
        needed = [self._table.fontMetrics().horizontalAdvance(f"!! {self._short(y)}") for y in self._years if y.waits]
        return max([*needed, self._table.fontMetrics().horizontalAdvance("000000")]) + 2 * self._d.theme.px(th.GAP_M)

    def _item(self, year: SiteYear, month: Month) -> QTableWidgetItem:
        present = month is year.months[-1]
        text, ink = SIGNS[month.mark], INKS[month.mark]
        if month.bundles:
            text = f"{text} {len(month.bundles)}"
        if present and year.waits:
            text, ink = f"! {self._short(year)}", th.ALARM
        made = QTableWidgetItem(text)
        made.setForeground(QColor(ink))
        made.setTextAlignment(Qt.AlignmentFlag.AlignCenter)
        told = self._told(year, month)
        made.setToolTip(told)
        made.setData(Qt.ItemDataRole.AccessibleTextRole, told)
        if month.mark in (Mark.HANDED_IN, Mark.NOTHING) or (present and year.waits):
            font = self._table.font()
            font.setBold(True)
            made.setFont(font)
        return made

    def _short(self, year: SiteYear) -> str:
        """What is missing, short enough for a cell."""
        assert year.waits
        return self._d.tr("no. {number}", number=year.waits.missing) if year.waits.missing else self._d.tr("waits")

    def _told(self, year: SiteYear, month: Month) -> str:
        """A cell in words, for the tooltip and for who cannot see it."""
        tr = self._d.tr
        words = {
            Mark.HANDED_IN: tr("{count} bundles handed in", count=len(month.bundles)),
            Mark.NOTHING: tr("nothing handed in"),
            Mark.NOT_YET: tr("nothing yet this month"),
            Mark.BEFORE: tr("had not begun"),
        }
        told = tr("{site}, {month}: {what}", site=year.name, month=f"{month.first:%Y-%m}", what=words[month.mark])
        if month is year.months[-1] and year.waits:
            told += tr.pick("；", "; ") + self._waits(year)
        return told

    def _waits(self, year: SiteYear) -> str:
        assert year.waits
        return self._d.tr("bundle {number} waits: {why}", number=year.waits.number,
                          why=self._d.tr(year.waits.reason, number=year.waits.missing))  # fmt: skip

    # --- below the grid ---------------------------------------------------------------------------------------

    def _show(self, at: int, place: int) -> None:
        """The bundles of one cell, or the newest of a site, each with its receipt."""
        clear(self._detail)
        if not 0 <= at < len(self._years):
            return
        year = self._years[at]
        month = year.months[place - 1] if place > 0 else None
        if month:
            self._detail.addWidget(label(self._told(year, month), "strong"))
            bundles: tuple[dict[str, Any], ...] = month.bundles
        else:
            self._detail.addWidget(label(year.name, "strong"))
            bundles = (year.latest,) if year.latest else ()
        for taken in bundles:
            self._detail.addLayout(self._bundle(taken))

    def _bundle(self, taken: dict[str, Any]) -> QLayout:
        tr, theme, counts = self._d.tr, self._d.theme, taken["outcome"]
        what = tr(COUNTS, new=counts["new"], changed=counts["changed"], conflicts=counts["conflicts"],
                  quarantined=counts["quarantined"])  # fmt: skip
        told = tr("Bundle {number}, {at}: {what}", number=taken["number"], at=labels.moment(taken["at"]), what=what)
        made = button(tr("Print the receipt"), partial(self._ask_pdf, taken), theme=theme, icon="fa6s.print")
        made.setAccessibleName(tr("Print the receipt of bundle {number}", number=taken["number"]))
        line = row(label(told), made, gap=theme.px(th.GAP_M))
        line.setStretch(0, 1)
        return line

    def _ask_pdf(self, taken: dict[str, Any]) -> None:
        name = f"{self._d.tr('Merge receipt')}-{taken['sender_name']}-{taken['number']}.pdf"
        file, _ = QFileDialog.getSaveFileName(self, self._d.tr("Print the receipt"), on_desktop(name), "PDF (*.pdf)")
        if file:
            self.print_to(Path(file), taken)

    def print_to(self, file: Path, taken: dict[str, Any]) -> None:
        """Writes one receipt into a file."""
        try:
            write_over(file, printing.receipt_pdf(self._d.desk, taken))
        except CareHubError as error:
            self._d.frame.complain(error)
            return
        self._d.frame.say(self._d.tr("Saved: {id}", id=file.name))
