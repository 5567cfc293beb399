"""Rows of ledgers that may be about somebody on file: decided when there is time, one by one or all at once."""

from collections.abc import Callable, Mapping
from functools import partial

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

from carehub.domain.errors import CareHubError
from carehub.gui import theme as th
from carehub.gui.desktop import Desktop, Page
from carehub.gui.widgets.basics import Card, button, clear, column, label, row, scrolling
from carehub.gui.widgets.flow import flow
from carehub.gui.widgets.notice import EmptyState
from carehub.services import parking
from carehub.services.matching import NEW
from carehub.services.parking import LIKELIEST, NOBODY, Undecided
from carehub.store.store import Touched

AT_A_TIME = 8
"""Cards shown at once; the next come as these are decided."""


class ParkedPage(Page):
    """The undecided rows, each with whom it may be about."""

    tables = frozenset({"child", "volunteer", "boarding_place"})

    def __init__(self, desktop: Desktop) -> None:
        super().__init__(desktop)
        theme, tr = self.theme, self.texts
        self.count = label("", "strong")
        self.likeliest = button("", lambda: self._all(LIKELIEST), theme=theme, icon="fa6s.equals")
        self.all_new = button(tr("All are new people"), lambda: self._all(NEW), theme=theme, icon="fa6s.user-plus")
        self.none = button(tr("Take none of them in"), lambda: self._all(NOBODY), theme=theme, icon="fa6s.xmark")
        self.tools = flow(theme, self.likeliest, self.all_new, self.none)
        self._cards = column(gap=theme.px(th.GAP_M))
        inner = QWidget()
        inner.setLayout(self._cards)
        body = column(self.count, self.tools, scrolling(inner), gap=theme.px(th.GAP_M))
        body.setStretch(2, 1)
        body.setContentsMargins(self.edge, theme.px(th.GAP_L), self.edge, theme.px(th.GAP_L))
        self.setLayout(body)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)

    @property
    def title(self) -> str:
        return self.texts("Undecided")

    def open(self, argument: str) -> None:
        del argument
        self.setFocus()  # not on a button that settles everything
        self.stale = True  # rows are put aside by imports, which change no record

    def reload(self) -> None:
        tr = self.texts
        rows = parking.waiting(self.desk)
        likely = sum(map(parking.is_likely, rows))
        self.count.setText(tr("{count} rows of ledgers may be about people on file already. Nothing is lost: they wait "
                              "here until you say.", count=len(rows)))  # fmt: skip
        self.likeliest.setText(" " + tr("The {count} very likely ones are these people", count=likely))
        self.likeliest.setVisible(likely > 0)
        self.count.setVisible(bool(rows))
        self.tools.setVisible(bool(rows))
        clear(self._cards)
        for one in rows[:AT_A_TIME]:
            self._cards.addWidget(self._card(one))
        if len(rows) > AT_A_TIME:
            left = len(rows) - AT_A_TIME
            self._cards.addWidget(label(tr("{count} more come as these are decided.", count=left), "muted"))
        if not rows:
            hint = tr("Rows of a ledger that may be about somebody on file wait here after an import.")
            self._cards.addWidget(EmptyState(self.theme, "fa6s.circle-check", tr("Nothing to decide."), hint))
        self._cards.addStretch(1)

    def _card(self, one: Undecided) -> Card:
        tr, theme = self.texts, self.theme
        card = Card(theme)
        where = tr("{file}, {sheet}, row {row}", file=one.file, sheet=one.sheet, row=one.line)
        card.body.addWidget(label(one.name, "title"))
        card.body.addWidget(label(one.told))
        card.body.addWidget(label(tr("On the ledger: {where}", where=where), "muted"))
        for c in one.candidates:
            card.body.addWidget(label(tr("On file: {name} · {told}", name=c.name, told=c.told), "strong"))
            card.body.addWidget(label(tr("{sure}: {reason}", sure=tr(c.sure), reason=c.reason), "muted"))
            same = button(tr("It is this person"), partial(self._one, one, c.id), theme=theme, icon="fa6s.equals")
            card.body.addLayout(row(same, 1))
        new = button(tr("Somebody new"), partial(self._one, one, NEW), theme=theme, icon="fa6s.user-plus")
        drop = button(tr("Do not take in"), partial(self._one, one, NOBODY), theme=theme, kind="plain")
        card.body.addLayout(row(new, drop, 1, gap=theme.px(th.GAP_S)))
        return card

    def _one(self, row: Undecided, choice: str) -> None:
        choices: Mapping[str, str] = {row.id: choice}
        self._do(lambda: parking.settle(self.desk, choices))

    def _all(self, choice: str) -> None:
        self._do(lambda: parking.settle_all(self.desk, choice))

    def _do(self, work: Callable[[], Touched]) -> None:
        try:
            touched = work()
        except CareHubError as error:
            self.frame.complain(error)
            return
        self.frame.saved(touched)
        self.reload()
