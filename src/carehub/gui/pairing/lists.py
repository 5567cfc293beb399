"""The tables of the page: pairings that run, those that ended, and volunteers without a child."""

from collections.abc import Mapping, Sequence
from functools import partial

from PySide6.QtWidgets import QPushButton, QWidget

from carehub.domain.codes import Codebook
from carehub.domain.people import Volunteer
from carehub.domain.rights import Right
from carehub.domain.texts import Texts, mark
from carehub.gui import theme as th
from carehub.gui.desktop import Desktop
from carehub.gui.rows import Column, columns_from
from carehub.gui.tables import RecordTable
from carehub.gui.widgets.basics import button, column
from carehub.gui.widgets.flow import flow
from carehub.gui.widgets.notice import EmptyState
from carehub.services.pairing import Told

WIDE_TEXT = 1.5
NOT_PRINTED = mark("not printed yet")
PRINTED = mark("not signed yet")


class Rows(QWidget):
    """A table of rows at hand, with what is done to the chosen one beneath it; without rows, a word about them."""

    name = ""
    empty_words = ("", "")

    def __init__(self, desktop: Desktop) -> None:
        super().__init__()
        self.desktop, self.desk, self.texts = desktop, desktop.desk, desktop.tr
        self._rows: Mapping[str, object] = {}
        theme, tr = desktop.theme, desktop.tr
        self.table = RecordTable(theme, tr(self.name), self.columns(), lambda ids: [self._rows.get(i) for i in ids])
        self.table.opened.connect(self.open)
        self.empty = EmptyState(theme, "fa6s.link", tr(self.empty_words[0]), tr(self.empty_words[1]))
        self.empty.hide()
        self.tools = flow(theme, *self.buttons())
        body = column(self.table, self.tools, self.empty, gap=theme.px(th.GAP_S))
        body.setStretch(0, 1)
        body.setStretch(2, 1)
        self.setLayout(body)

    def columns(self) -> list[Column]:
        """The columns."""
        raise NotImplementedError

    def open(self, row: str) -> None:
        """What Enter does."""
        raise NotImplementedError

    def buttons(self) -> Sequence[QPushButton]:
        """What can be done with the chosen row."""
        return ()

    def show_rows(self, rows: Mapping[str, object]) -> None:
        """Shows these rows, by id."""
        self._rows = rows
        self.table.set_ids(list(rows))
        for widget, there in ((self.table, bool(rows)), (self.tools, bool(rows)), (self.empty, not rows)):
            widget.setVisible(there)
        if rows and not self.table.current_id():
            self.table.selectRow(0)

    def go(self, address: str) -> None:
        """Opens a page for the chosen row."""
        if row := self.table.current_id():
            self.desktop.frame.open_address(f"{address}/{row}")

    def tool(self, word: str, icon: str, address: str, kind: str = "") -> QPushButton:
        """A button that opens a page for the chosen row."""
        return button(self.texts(word), partial(self.go, address), theme=self.desktop.theme, icon=icon, kind=kind)

    def child(self, row: str) -> None:
        """Opens the child of a pairing at its tab of pairings."""
        told = self._rows[row]
        assert isinstance(told, Told)
        self.desktop.frame.open_address(f"child/{told.pairing.child_id}/pairing")


def _people(tr: Texts) -> list[Column]:
    return [
        Column("", tr("Child"), lambda t: t.child, sortable=False),
        Column("", tr("Volunteer"), lambda t: t.volunteer, sortable=False),
    ]


def concern(tr: Texts, codes: Codebook, told: Told) -> str:
    """Why a pairing that runs should not run on; empty if all is well."""
    if told.withdrawn:
        return tr("consent was withdrawn")
    if told.status != "active":
        return tr("child: {status}", status=codes["child_status"].name_of(told.status, tr))
    return tr("the volunteer has left") if told.left else ""


class RunningList(Rows):
    """The pairings that run, by volunteer, with how many children each has. Enter opens the child."""

    name = mark("Running pairings")
    empty_words = (mark("Nobody is paired yet"), mark("Pair children and volunteers on the first page."))

    def columns(self) -> list[Column]:
        tr, codes = self.texts, self.desk.codes
        child, volunteer = _people(tr)
        alarm = self.desktop.theme.icon("fa6s.triangle-exclamation", th.CAUTION)
        found = [
            Column(
                "", child.title, self._child, sortable=False, icon=lambda t: alarm if concern(tr, codes, t) else None
            ),
            volunteer,
            Column("", tr("Now has"), lambda t: tr("{count} children", count=t.load), sortable=False),
            Column("", tr("Agreement"), self._agreement, sortable=False),
        ]
        if self.desktop.theme.scale < WIDE_TEXT:
            kind = Column(
                "", tr("Pairing kind"), lambda t: codes["pairing_kind"].name_of(t.pairing.kind, tr), sortable=False
            )
            begun = Column("", tr("From"), lambda t: str(t.pairing.started_on or ""), sortable=False)
            found[3:3] = [kind, begun]
        return found

    def _child(self, told: Told) -> str:
        why = concern(self.texts, self.desk.codes, told)
        return f"{told.child}（{why}）" if why else told.child

    def _agreement(self, told: Told) -> str:
        day = told.pairing.signed_on
        if day:
            return self.texts("signed on {day}", day=day)
        return self.texts(PRINTED if told.pairing.sheet_no else NOT_PRINTED)

    def buttons(self) -> Sequence[QPushButton]:
        found = []
        if self.desk.may(Right.TAKE_OUT):
            found.append(self.tool(mark("Print the agreement"), "fa6s.print", "papers/pairing-agreement"))
        if self.desk.may(Right.WRITE):
            found.append(self.tool(mark("Agreement is signed"), "fa6s.signature", "agreement"))
            found.append(self.tool(mark("Replace or end"), "fa6s.right-left", "pairing-change"))
        return found

    def open(self, row: str) -> None:
        self.child(row)


class EndedList(Rows):
    """The pairings that ended, the newest first, with why, and who took over."""

    name = mark("Ended pairings")
    empty_words = (mark("No pairing has ended yet"), mark("Who looked after whom, and why it ended, is kept here."))

    def columns(self) -> list[Column]:
        tr = self.texts
        found = [
            *_people(tr),
            Column("", tr("Until"), lambda t: str(t.pairing.ended_on or ""), sortable=False),
            Column("", tr("Why ended"), lambda t: t.pairing.end_reason or "", sortable=False),
            Column("", tr("Taken over by"), lambda t: t.successor, sortable=False),
        ]
        if self.desktop.theme.scale < WIDE_TEXT:
            found.insert(2, Column("", tr("From"), lambda t: str(t.pairing.started_on or ""), sortable=False))
        return found

    def open(self, row: str) -> None:
        self.child(row)


class IdleList(Rows):
    """Volunteers who take part and have no child. Enter opens the volunteer."""

    name = mark("Volunteers without a child")
    empty_words = (mark("Every volunteer has a child"), mark("Volunteers who take part and have no child stand here."))

    def columns(self) -> list[Column]:
        names = ("name", "kind", "place", "skills") if self.desktop.theme.scale < WIDE_TEXT else ("name", "skills")
        return columns_from(Volunteer, self.texts, self.desk.codes, names=names)

    def open(self, row: str) -> None:
        self.desktop.frame.open_address(f"volunteer-form/{row}")
