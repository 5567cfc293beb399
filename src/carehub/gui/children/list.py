"""The children: search, filter, preview; from here everything about a child is two keys away."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date
from functools import partial
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFileDialog, QPushButton, QSplitter, QWidget

from carehub.domain.errors import NotFound
from carehub.domain.facts import facts_of
from carehub.domain.people import Child, FamilyMember
from carehub.domain.texts import mark
from carehub.gui import theme as th
from carehub.gui.children.importing import ImportPanel
from carehub.gui.children.preview import ChildPreview
from carehub.gui.desktop import Desktop
from carehub.gui.generic import WIDE_TEXT, ListPage
from carehub.gui.tables import Column
from carehub.gui.widgets.basics import button, column, row
from carehub.services import children, labels, parking, printing, records, training
from carehub.services.children import ChildFile

LEDGERS = "*.xlsx *.xls *.ods *.et *.csv"


def age(birth: date | None) -> str:
    """Whole years today."""
    if birth is None:
        return ""
    today = date.today()
    return str(today.year - birth.year - ((today.month, today.day) < (birth.month, birth.day)))


class ChildrenPage(ListPage):
    """All children on file, with the guardian beside each."""

    record = Child
    tables = frozenset({"child", "family_member", "visit"})
    form_address = "child-form/new"
    open_as = "child"
    add_word = mark("Add a child")
    empty_hint = mark("Take in the village's old ledger, or add the first child by hand.")

    def __init__(self, desktop: Desktop) -> None:
        super().__init__(desktop)
        self.importing = ImportPanel(desktop)
        layout = self.layout()
        assert layout is not None
        layout.addWidget(self.importing)
        self.importing.spread.connect(self._make_room)

    def _make_room(self, needed: bool) -> None:
        """A ledger being taken in stands in the place of the list: both do not fit in large text."""
        for part in (self.content, self.filters):
            part.setVisible(not needed)
        if needed:
            self.empty.hide()
        else:
            self.reload()

    def _show_undecided(self) -> None:
        count = parking.count(self.desk)
        self.undecided.setText(" " + self.texts("Undecided {count}", count=count))
        self.undecided.setVisible(count > 0)

    def columns(self) -> list[Column]:
        tr, facts, member = self.texts, facts_of(Child), facts_of(FamilyMember)

        def shown(name: str) -> Column:
            fact = facts[name]
            return Column(name, tr(fact.label), lambda f: labels.show_fact(self.desk, fact, getattr(f.child, name)))

        def of_guardian(name: str) -> Callable[[ChildFile], str]:
            fact = member[name]
            return lambda f: labels.show_fact(self.desk, fact, getattr(f.guardian, name, None), reveal=False)

        guardian = Column("", tr("Guardian"), of_guardian("name"), sortable=False)
        phone = Column("", tr("Phone"), of_guardian("phone"), sortable=False)
        years = Column("birth_date", tr("Age"), lambda f: age(f.child.birth_date))
        if self.theme.scale > WIDE_TEXT:
            return [shown("name"), years, shown("school"), guardian, phone]
        return [
            shown("name"),
            years,
            shown("school"),
            shown("grade"),
            guardian,
            phone,
            replace(shown("risk_level"), title=tr("Risk")),
        ]

    def fetch(self, ids: Sequence[str]) -> list[object]:
        return list(children.read(self.desk, ids))

    def more_buttons(self) -> list[QWidget]:
        theme = self.theme
        return [
            button(self.texts("Take in a ledger"), self._import, theme=theme, icon="fa6s.file-import"),
            button(self.texts("Print visit sheets"), self._print, theme=theme, icon="fa6s.print"),
            button(self.texts("Public notice"), self._notice, theme=theme, icon="fa6s.bullhorn"),
        ]

    def chips(self) -> QWidget:
        """Risk levels as filters; pressing a chip again lifts it."""
        self._chips: dict[str, QPushButton] = {}
        line = row(gap=self.theme.px(th.GAP_S))
        for code in self.desk.codes["risk_level"]:
            word = self.texts("Risk: {level}", level=self.texts.pick(code.zh, code.en))
            chip = button(word, partial(self._filter, code.code), theme=self.theme, kind="chip")
            chip.setCheckable(True)
            self._chips[code.code] = chip
            line.addWidget(chip)
        line.addStretch(1)
        to_undecided = partial(self.frame.open_address, "undecided")
        self.undecided = button("", to_undecided, theme=self.theme, icon="fa6s.clone")
        self.undecided.hide()
        line.addWidget(self.undecided)
        holder = QWidget()
        holder.setLayout(line)
        return holder

    def _filter(self, code: str) -> None:
        on = self._chips[code].isChecked()
        for other, chip in self._chips.items():
            chip.setChecked(on and other == code)
        self.want(filters={"risk_level": code} if on else {})

    def arrange(self) -> QWidget:
        self.preview = ChildPreview(self.desktop)
        self.table.selected.connect(self.preview.show_child)
        splitter = QSplitter(Qt.Orientation.Horizontal)
        splitter.addWidget(self.table)
        splitter.addWidget(self.preview)
        splitter.setStretchFactor(0, 1)
        splitter.setChildrenCollapsible(False)
        holder = QWidget()
        holder.setLayout(column(splitter))
        return holder

    def reload(self) -> None:
        super().reload()
        self.preview.reload()
        if not self.importing.isHidden():
            self._make_room(True)
        self._show_undecided()

    def _print(self) -> None:
        self.frame.open_address("papers/visit-sheet")

    def _notice(self) -> None:
        """A notice of those who stand in the list now: found or filtered, else all active children."""
        narrowed = bool(self.wanted.search or self.wanted.filters)
        ids = records.ids(self.desk, Child, self.wanted) if narrowed else []
        if narrowed and not ids:
            self.frame.complain(NotFound(printing.NOTHING_TO_PRINT))
            return
        self.frame.open_address("papers/public-notice/" + ",".join(ids))

    def _import(self) -> None:
        words = self.texts("Ledgers") + f" ({LEDGERS})"
        start = str(self.desk.store.folder / training.LEDGER) if self.desk.training else ""
        file, _ = QFileDialog.getOpenFileName(self, self.texts("Take in a ledger"), start, words)
        if file:
            self.importing.begin(Path(file))
