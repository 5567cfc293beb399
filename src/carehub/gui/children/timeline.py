"""All that happened to a child: one line each, the newest first; one kind alone if asked for; opened with Enter."""

from collections import Counter
from collections.abc import Callable
from functools import partial

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QButtonGroup, QListWidget, QListWidgetItem, QWidget

from carehub.domain.facts import Kind, facts_of, typed_facts
from carehub.domain.records import RECORDS
from carehub.gui import theme as th
from carehub.gui.children.summary import facts_grid
from carehub.gui.desktop import Desktop
from carehub.gui.widgets.basics import Card, button, clear, column, label
from carehub.gui.widgets.flow import flow
from carehub.services import records, timeline
from carehub.services.timeline import Event

MOST = 9
"""Lines shown before the list scrolls."""


class TimelineCard(Card):
    """The timeline of one child. `on_tab` is asked first whether a kind has a tab of its own that shows its rows."""

    def __init__(self, desktop: Desktop, child_id: str, on_tab: Callable[[str], bool]) -> None:
        tr, theme = desktop.tr, desktop.theme
        super().__init__(theme, label(tr("What happened"), "heading"))
        self._d, self._on_tab = desktop, on_tab
        self._events = timeline.of_child(desktop.desk, child_id)
        self.rows = QListWidget()
        self.rows.setAccessibleName(tr("What happened"))
        self.rows.setWordWrap(True)
        self.rows.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.rows.itemActivated.connect(self._open)
        self._more = column(gap=theme.px(th.GAP_S))
        if not self._events:
            self.body.addWidget(label(tr("No visit yet. Print a sheet, take it along, type it in here."), "muted"))
            return
        self.body.addWidget(self._chips())
        self.body.addWidget(label(tr("Arrow keys and Enter open a line."), "small"))
        self.body.addWidget(self.rows)
        self.body.addLayout(self._more)
        self._show("")

    def _chips(self) -> QWidget:
        """A chip for everything and one for each kind there is, with their numbers."""
        tr, counts = self._d.tr, Counter(e.kind for e in self._events)
        group, made = QButtonGroup(self), []
        for kind in ["", *sorted(counts, key=lambda k: -counts[k])]:
            word = tr(RECORDS[kind].about.plural) if kind else tr("Everything")
            number = counts[kind] if kind else len(self._events)
            chip = button(f"{word} {number}", partial(self._show, kind), theme=self._d.theme, kind="chip")
            chip.setCheckable(True)
            chip.setChecked(not kind)
            group.addButton(chip)
            made.append(chip)
        return flow(self._d.theme, *made)

    def _show(self, kind: str) -> None:
        tr = self._d.tr
        self.rows.clear()
        clear(self._more)
        for event in self._events:
            if kind in ("", event.kind):
                ahead = f"　{tr('to come')}" if event.ahead else ""
                line = QListWidgetItem(f"{event.day}　{tr(event.label)}{ahead}　{event.line}")
                line.setIcon(self._d.theme.icon(RECORDS[event.kind].about.icon, th.MUTED))
                line.setData(Qt.ItemDataRole.UserRole, event)
                self.rows.addItem(line)
        self.rows.setCurrentRow(0)
        self._fit()

    def _fit(self) -> None:
        """As high as its lines, up to a number of them: the page scrolls, not each list in it."""
        shown = range(min(self.rows.count(), MOST))
        height = sum(max(self.rows.sizeHintForRow(n), self._d.theme.row) for n in shown)
        self.rows.setFixedHeight(height + 2 * self.rows.frameWidth() + 4)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        QTimer.singleShot(0, self, self._fit)  # its lines break anew first

    def _open(self, line: QListWidgetItem) -> None:
        event: Event = line.data(Qt.ItemDataRole.UserRole)
        if self._on_tab(event.kind):
            return
        for page in (event.kind, f"{event.kind}-form"):
            if self._d.frame.knows(page):
                self._d.frame.open_address(f"{page}/{event.id}")
                return
        self._unfold(event)

    def _unfold(self, event: Event) -> None:
        """A row without a page of its own: what is known of it, beneath the list."""
        clear(self._more)
        record = RECORDS[event.kind]
        names = [n for n, f in typed_facts(record).items() if f.kind is not Kind.REFERENCE]
        assert set(names) <= set(facts_of(record))
        self._more.addWidget(label(f"{event.day}　{self._d.tr(event.label)}　{event.line}", "strong"))
        self._more.addLayout(facts_grid(self._d, records.get(self._d.desk, record, event.id), names))
