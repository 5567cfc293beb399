"""The children: search, filter, preview; from here everything about a child is two keys away."""

from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFileDialog, QMenu, QSplitter, QWidget

from carehub.domain.attention import Line
from carehub.domain.errors import NotFound
from carehub.domain.people import Child
from carehub.domain.texts import mark
from carehub.gui import theme as th
from carehub.gui.children.importing import ImportPanel
from carehub.gui.children.preview import ChildPreview
from carehub.gui.desktop import Desktop
from carehub.gui.lists.page import ListPage, Way
from carehub.gui.papers.page import PAPERS as WORDS
from carehub.gui.widgets.basics import button, column, label, row
from carehub.gui.widgets.choosing import on_stick
from carehub.services import attention, children, parking, printing, today, training

LEDGERS = "*.xlsx *.xls *.ods *.et *.csv"
PAPERS = ("visit-sheet", "child-file", "consent-form", "public-notice")
"""What is printed for children."""


class ChildrenPage(ListPage):
    """All children on file, with the guardian beside each."""

    record = Child
    tables = frozenset({"child", "family_member", "visit", "pairing", "consent"})
    form_address = "child-form/new"
    open_as = "child"
    add_word = mark("Add a child")
    usual = ("name", "age", "school", "grade", "guardian", "guardian_phone", "risk_level")
    few = ("name", "age", "school", "guardian", "guardian_phone")
    empty_hint = mark("Take in the village's old ledger, or add the first child by hand.")

    def __init__(self, desktop: Desktop) -> None:
        self._line: Line | None = None
        super().__init__(desktop)
        self.importing = ImportPanel(desktop)
        layout = self.layout()
        assert layout is not None
        layout.addWidget(self.importing)
        self.importing.spread.connect(self._make_room)

    def _make_room(self, needed: bool) -> None:
        """A ledger being taken in stands in the place of the list: both do not fit in large text."""
        for part in (self.content, self.filters, self.tools):
            part.setVisible(not needed)
        if needed:
            self.empty.hide()
        else:
            self.reload()

    def _show_undecided(self) -> None:
        count = parking.count(self.desk)
        self.undecided.setText(" " + self.texts("Undecided {count}", count=count))
        self.undecided.setVisible(count > 0)

    def more_buttons(self) -> list[QWidget]:
        theme, tr = self.theme, self.texts
        self.undecided = button("", partial(self.frame.open_address, "undecided"), theme=theme, icon="fa6s.clone")
        self.undecided.hide()
        self.printing = self.tool(mark("Print"), "fa6s.print", self._open_papers)
        take_in = button(tr("Take in a ledger"), self.take_in, theme=theme, icon="fa6s.file-import")
        visits = self.tool(mark("All visits"), "fa6s.clipboard-list", partial(self.frame.open_address, "visits"))
        plan = self.tool(mark("Plan visits"), "fa6s.person-walking", partial(self.frame.open_address, "plan"))
        pairings = self.tool(mark("Pairings"), "fa6s.link", partial(self.frame.open_address, "pairings"))
        return [self.undecided, take_in, plan, visits, pairings, self.printing]

    def further_ways(self) -> list[Way]:
        return [(self.texts("Take in a ledger"), self.take_in)]

    def arrange(self) -> QWidget:
        self.preview = ChildPreview(self.desktop)
        self.table.selected.connect(self.preview.show_child)
        splitter = QSplitter(Qt.Orientation.Horizontal)
        splitter.addWidget(self.table)
        splitter.addWidget(self.preview)
        splitter.setStretchFactor(0, 1)
        splitter.setChildrenCollapsible(False)
        everyone = button(self.texts("Show all"), lambda: self.frame.open_address("children"), theme=self.theme)
        self._only, self._which = QWidget(), label("", "strong")
        line = row(self._which, everyone, gap=self.theme.px(th.GAP_S))
        line.setStretch(0, 1)
        self._only.setLayout(line)
        self._only.hide()
        holder, body = QWidget(), column(self._only, splitter)
        body.setStretch(1, 1)
        holder.setLayout(body)
        return holder

    def show_ids(self, found: Sequence[str]) -> None:
        super().show_ids(found)
        self.preview.show_child(self.table.current_id())

    def open(self, argument: str) -> None:
        """`children` shows all, `children/<line>` the children of one line of the Today page."""
        line = today.line_of(argument)
        if line is not self._line:
            self._line, self.stale = line, True
        self._only.setVisible(line is not None)
        if line is not None:
            self.filters.show_conditions(())
            self.wanted = replace(self.wanted, filters={}, conditions=(), search="")
            self._which.setText(self.texts("Only: {line}", line=today.title_of(line, self.texts)))

    def reload(self) -> None:
        only = attention.children_of(self.desk, self._line) if self._line else None
        self.wanted = replace(self.wanted, only=only)
        super().reload()
        if not self.importing.isHidden():
            self._make_room(True)
        self._show_undecided()

    def _open_papers(self) -> None:
        self.papers_menu().popup(self.printing.mapToGlobal(self.printing.rect().bottomLeft()))

    def papers_menu(self) -> QMenu:
        """What can be printed, and for whom: those selected, else those the list shows, else all active children."""
        tr, menu = self.texts, QMenu(self.printing)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        chosen = self.table.selected_ids()
        if len(chosen) > 1:
            whom = tr("For the {count} children selected", count=len(chosen))
        elif self.narrowed:
            whom = tr("For the {count} children in the list", count=len(self.table.rows.ids()))
        else:
            whom = tr("For all active children")
        if len(chosen) == 1:
            (child,) = children.read(self.desk, chosen)
            menu.addSection(tr("Only for {name}", name=child.child.name))
            for paper in PAPERS:
                menu.addAction(tr(WORDS[paper]), partial(self._print_for, paper, chosen))
        menu.addSection(whom)
        for paper in PAPERS:
            menu.addAction(tr(WORDS[paper]), partial(self.print_paper, paper))
        return menu

    def _print_for(self, paper: str, ids: Sequence[str]) -> None:
        self.frame.open_address(f"papers/{paper}/" + ",".join(ids))

    def print_paper(self, paper: str) -> None:
        """Opens the print desk with a paper for those the list shows or who are selected in it."""
        ids = self.seen_ids() if self.narrowed else []
        if self.narrowed and not ids:
            self.frame.complain(NotFound(printing.NOTHING_TO_PRINT))
            return
        self._print_for(paper, ids)

    def take_in(self) -> None:
        """Asks for a ledger and tries it."""
        words = self.texts("Ledgers") + f" ({LEDGERS})"
        start = str(self.desk.store.folder / training.LEDGER) if self.desk.training else on_stick()
        file, _ = QFileDialog.getOpenFileName(self, self.texts("Take in a ledger"), start, words)
        if file:
            self.importing.begin(Path(file))
