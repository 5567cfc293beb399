"""The children: search, filter, preview; from here everything about a child is two keys away."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date
from functools import partial
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFileDialog, QPushButton, QSplitter, QWidget

from carehub.domain.attention import Line, age_on
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
from carehub.gui.widgets.basics import button, column, label, row
from carehub.services import attention, children, labels, parking, printing, records, today, training
from carehub.services.children import ChildFile

LEDGERS = "*.xlsx *.xls *.ods *.et *.csv"


def age(birth: date | None) -> str:
    """Whole years today."""
    if birth is None:
        return ""
    return str(age_on(birth, date.today()))


class ChildrenPage(ListPage):
    """All children on file, with the guardian beside each."""

    record = Child
    tables = frozenset({"child", "family_member", "visit", "consent"})
    form_address = "child-form/new"
    open_as = "child"
    add_word = mark("Add a child")
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
        def to(word: str, action: Callable[[], object], icon: str) -> QWidget:
            return button(self.texts(word), action, theme=self.theme, icon=icon)

        found = [
            to(mark("Take in a ledger"), self._import, "fa6s.file-import"),
            to(mark("Plan visits"), partial(self.frame.open_address, "plan"), "fa6s.person-walking"),
            to(mark("Public notice"), self._notice, "fa6s.bullhorn"),
        ]
        if self.theme.scale <= WIDE_TEXT:  # else there is no room: the plan and the place “Papers” print them
            found.insert(2, to(mark("Print visit sheets"), self._print, "fa6s.print"))
        return found

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
        everyone = button(self.texts("Show all"), lambda: self.frame.open_address("children"), theme=self.theme)
        self._only, self._which = QWidget(), label("", "strong")
        only = row(self._which, everyone, gap=self.theme.px(th.GAP_S))
        only.setStretch(0, 1)
        self._only.setLayout(only)
        self._only.hide()
        self._levels, holder = QWidget(), QWidget()
        self._levels.setLayout(line)
        holder.setLayout(column(self._only, self._levels))
        return holder

    def _filter(self, code: str) -> None:
        on = self._chips[code].isChecked()
        for other, chip in self._chips.items():
            chip.setChecked(on and other == code)
        self.want(filters={"risk_level": code} if on else {})

    def _unfilter(self) -> None:
        for chip in self._chips.values():
            chip.setChecked(False)
        self.wanted = replace(self.wanted, filters={}, search="")

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

    def open(self, argument: str) -> None:
        """`children` shows all, `children/<line>` the children of one line of the Today page."""
        line = today.line_of(argument)
        if line is not self._line:
            self._line, self.stale = line, True
        for widget in (self._only, self._levels):  # hidden first: both together may be higher than a small screen
            widget.hide()
        (self._levels if line is None else self._only).show()
        if line is not None:
            self._unfilter()
            self._which.setText(self.texts("Only: {line}", line=today.title_of(line, self.texts)))

    def reload(self) -> None:
        only = attention.children_of(self.desk, self._line) if self._line else None
        self.wanted = replace(self.wanted, only=only)
        super().reload()
        self.preview.reload()
        if not self.importing.isHidden():
            self._make_room(True)
        self._show_undecided()

    def _print(self) -> None:
        self.frame.open_address("papers/visit-sheet")

    def _notice(self) -> None:
        """A notice of those who stand in the list now: found, filtered or of one line, else all active children."""
        narrowed = bool(self.wanted.search or self.wanted.filters or self.wanted.only is not None)
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
