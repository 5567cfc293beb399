"""The print desk: what to print, for whom, a look at it, then printer or PDF."""

from collections.abc import Callable
from functools import partial
from pathlib import Path

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QPixmap, QResizeEvent
from PySide6.QtPrintSupport import QPrinter
from PySide6.QtWidgets import QButtonGroup, QFileDialog, QLabel, QWidget

from carehub.domain.errors import CareHubError, NotFound
from carehub.domain.people import Child
from carehub.domain.texts import mark
from carehub.gui import theme as th
from carehub.gui.desktop import Desktop, Page
from carehub.gui.jobs import Work, once
from carehub.gui.papers.overprint import OverprintPanel
from carehub.gui.widgets.basics import Card, button, column, icon_button, label, reword, row, scrolling, wrap
from carehub.gui.widgets.choosing import on_desktop
from carehub.gui.widgets.combo import ComboBox
from carehub.gui.widgets.pdf import choose_printer, page_count, print_pages, render
from carehub.gui.widgets.progress import ProgressPanel
from carehub.papers.certificate import Overprint
from carehub.services import (
    child_files,
    children,
    group_papers,
    notices,
    printing,
    records,
    registration_forms,
    route_lists,
)
from carehub.services.files import write_over
from carehub.store.queries import Wanted

PAPERS = {
    "visit-sheet": mark("Visit sheets"),
    "route-list": mark("Route list of visits"),
    "child-file": mark("Child files"),
    "registration-form": mark("Registration form"),
    "blank-registration-form": mark("Blank form"),
    "certificate": mark("Certificates of honour"),
    "consent-form": mark("Consent forms"),
    "public-notice": mark("Public notice"),
    "sign-in": mark("Sign-in sheet"),
    "pledge": mark("Pledges"),
    "minutes": mark("Minutes of the joint meeting"),
    "patrol-log": mark("Log of internet café patrols"),
    "patrol-sheet": mark("Patrol log to fill in"),
    "talk-record": mark("Record of a talk"),
    "care-agreement": mark("Care agreements"),
    "pairing-agreement": mark("Pairing agreements"),
}
WIDE_TEXT = 1.5
OF_CHILDREN = ("visit-sheet", "route-list", "consent-form", "public-notice", "registration-form")
"""Papers for children: without a choice for all active ones."""
VISITING = ("visit-sheet", "route-list")
"""The papers for children to be visited: the same children in the same order."""


class PapersPage(Page):
    """Left: which paper, for whom. Right: the pages as they will come out of the printer."""

    tables = frozenset({"child", "visit", "award", "family_member", "consent", "activity", "attendance", "pledge",
                        "patrol", "patrol_sheet", "joint_meeting", "resolution", "talk", "attachment",
                        "pairing", "care_agreement"})  # fmt: skip

    def __init__(self, desktop: Desktop) -> None:
        super().__init__(desktop)
        self._paper, self._ids, self._data, self._at, self._pages = "visit-sheet", list[str](), b"", 0, 0
        self._progress = ProgressPanel(self.theme, self.texts)
        choices = self._choices()
        view = self._view()
        body = row(choices, view, gap=self.theme.px(th.GAP_L))
        body.setStretch(1, 1)
        body.setContentsMargins(self.edge, self.theme.px(th.GAP_L), self.edge, self.theme.px(th.GAP_L))
        self.setLayout(body)

    @property
    def title(self) -> str:
        return self.texts("Print desk")

    def _choices(self) -> QWidget:
        tr, theme = self.texts, self.theme
        width = round(270 * (1 + (theme.scale - 1) * 0.6))
        room = width - 2 * theme.px(th.GAP_L + th.GAP_M) - theme.px(th.GAP_XXL)
        self._group = QButtonGroup(self)
        self._paper_buttons = {}
        card = Card(theme)
        inner = QWidget()
        body = column(label(tr("What to print"), "heading"), gap=theme.px(th.GAP_S))
        inner.setLayout(body)
        self._list = scrolling(inner, inside=True)
        card.body.addWidget(self._list)
        shown = {n: w for n, w in PAPERS.items() if n not in group_papers.PAPERS or group_papers.may(self.desk, n)}
        for name, word in shown.items():
            made = button(tr(word), partial(self._switch, name), theme=theme, kind="segment")
            wrap(made, room)
            made.setCheckable(True)
            self._group.addButton(made)
            self._paper_buttons[name] = made
            body.addWidget(made)
        self._everyone = button(tr("Everyone"), lambda: self._choose(self._paper, []), theme=theme)
        self._risky = button(tr("Only high risk"), self._choose_high_risk, theme=theme)
        self._save = button(tr("Save as PDF"), self._save_pdf, theme=theme, icon="fa6s.file-pdf")
        self._print = button(tr("Print"), self._to_printer, theme=theme, icon="fa6s.print", kind="primary")
        choosing = (column if theme.scale > WIDE_TEXT else row)(self._everyone, self._risky, gap=theme.px(th.GAP_S))
        self._paper_kind = OverprintPanel(self.desktop, self.reload, room)
        body.addWidget(self._paper_kind)
        self.subject = ComboBox(theme, tr("What the notice is about"))
        for code in self.desk.codes["notice_subject"]:
            self.subject.addItem(tr.pick(code.zh, code.en), code.code)
        self.subject.activated.connect(self.reload)
        body.addWidget(self.subject)
        (body if theme.scale > WIDE_TEXT else card.body).addLayout(choosing)
        body.addStretch(1)
        card.body.addWidget(self._progress)
        card.body.addWidget(self._save)
        card.body.addWidget(self._print)
        card.setFixedWidth(width)
        return card

    def _view(self) -> QWidget:
        tr, theme = self.texts, self.theme
        self._picture = QLabel()
        self._picture.setAlignment(Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignTop)
        self._picture.setAccessibleName(tr("Print preview"))
        self._where = label("", "muted", wrap=False)
        made = icon_button if theme.scale > WIDE_TEXT else button  # at the largest text the words have no room
        self._before = made(tr("Page before"), icon="fa6s.chevron-left", on_click=lambda: self._turn(-1), theme=theme)
        self._after = made(tr("Next page"), icon="fa6s.chevron-right", on_click=lambda: self._turn(1), theme=theme)
        self._before.setShortcut("PgUp")
        self._after.setShortcut("PgDown")
        holder = QWidget()
        holder.setLayout(column(self._picture, 1))
        self._area = scrolling(holder)
        turning = row(self._before, 1, self._where, 1, self._after, gap=theme.px(th.GAP_S))
        whole = QWidget()
        self._whom = label("", "strong")  # always in sight: nobody prints for all by mistake
        whole.setLayout(column(self._whom, turning, self._area, gap=theme.px(th.GAP_S)))
        return whole

    def open(self, argument: str) -> None:
        paper, _, ids = argument.partition("/")
        self._choose(paper if paper in self._paper_buttons else self._paper, [i for i in ids.split(",") if i] or [])

    def _switch(self, paper: str) -> None:
        """Another paper; for the same children where both are about visits."""
        self._choose(paper, self._ids if {paper, self._paper} <= set(VISITING) else [])

    def _choose_high_risk(self) -> None:
        high = records.ids(self.desk, Child, Wanted(filters={"risk_level": "high", "status": "active"}))
        if high:
            self._choose(self._paper, high)
        else:
            self.frame.complain(NotFound(printing.NOTHING_TO_PRINT))

    def _choose(self, paper: str, ids: list[str]) -> None:
        self._paper, self._ids, self.stale = paper, ids, False
        self._paper_buttons[paper].setChecked(True)
        QTimer.singleShot(0, self._list, lambda: self._list.ensureWidgetVisible(self._paper_buttons[paper]))
        self._everyone.setVisible(paper in OF_CHILDREN)
        self._risky.setVisible(paper in VISITING)
        self._paper_kind.setVisible(paper == "certificate")
        self.subject.setVisible(paper == "public-notice")
        self._whom.setText(self.texts("For: {whom}", whom=self._whom_words()))
        self.reload()

    def _whom_words(self) -> str:
        if self._paper == "certificate":
            return self.texts("All awards")
        if self._paper == registration_forms.BLANK:
            return self.texts("Nobody: it is filled in by hand")
        if self._paper in group_papers.PAPERS:
            return self._rows_words()
        if not self._ids and self._paper == "route-list":
            return self.texts("All who must be visited now")
        if not self._ids:
            return self.texts("All active children, in the order of the list")
        names = [f.child.name for f in children.read(self.desk, self._ids[:3])]
        more = len(self._ids) - len(names)
        return self.texts.pick("、", ", ").join(names) + (
            self.texts(" and {count} more", count=more) if more > 0 else ""
        )

    def _rows_words(self) -> str:
        """Which rows a paper of activities, pledges, meetings, patrols or pairings shows."""
        ids = group_papers.chosen(self.desk, self._paper, self._ids)
        names = list(group_papers.named(self.desk, self._paper, ids[:3]))
        more = len(ids) - len(names)
        return self.texts.pick("、", ", ").join(names) + (
            self.texts(" and {count} more", count=more) if more > 0 else ""
        )

    def reload(self) -> None:
        job = self.desktop.jobs.start(self._work(preview=True))
        job.finished.connect(lambda made: self._show_pdf(made[0]))
        job.failed.connect(self._nothing)
        self._progress.follow(job)

    def _work(self, *, preview: bool) -> Work:
        """Draws the chosen paper; only the real thing plans visits."""
        if self._paper == "visit-sheet":
            return printing.visit_sheet_pdf(self.desk, self._ids, preview=preview)
        if self._paper == "child-file":
            return child_files.pdf(self.desk, self._ids, preview=preview)
        if self._paper in registration_forms.PAPERS:
            return registration_forms.pdf(self.desk, self._paper, self._ids, preview=preview)
        if self._paper == "route-list":
            return route_lists.route_list_pdf(self.desk, self._ids, preview=preview)
        if self._paper == "consent-form":
            return printing.consent_form_pdf(self.desk, self._ids, preview=preview)
        if self._paper == "public-notice":
            return notices.pdf(self.desk, self._ids, str(self.subject.currentData()), preview=preview)
        if self._paper in group_papers.PAPERS:
            return group_papers.pdf(self.desk, self._paper, self._ids, preview=preview)
        if self._paper_kind.test:
            return once(lambda: (printing.test_print_pdf(self.desk, self._paper_kind.overprint or Overprint()), 1))
        return printing.certificate_pdf(self.desk, self._ids, self._paper_kind.overprint)

    def _finished(self, then: Callable[[bytes], None]) -> None:
        """Draws everything for real and hands the PDF on."""
        job = self.desktop.jobs.start(self._work(preview=False))
        job.finished.connect(lambda made: then(made[0]))
        job.failed.connect(self.frame.complain)
        self._progress.follow(job)

    def _nothing(self, error: Exception) -> None:
        self._show_pdf(b"")
        self.frame.complain(error)

    def _show_pdf(self, data: bytes) -> None:
        self._data, self._at = data, 0
        self._pages = page_count(data) if data else 0
        reword(self._print, self.texts("Print {count} pages", count=self._pages) if data else self.texts("Print"))
        for widget in (self._save, self._print):
            widget.setEnabled(bool(data))
        self._show_page()

    def _turn(self, step: int) -> None:
        self._at = min(max(self._at + step, 0), max(self._pages - 1, 0))
        self._show_page()

    def _show_page(self) -> None:
        self._before.setEnabled(self._at > 0)
        self._after.setEnabled(self._at + 1 < self._pages)
        self._where.setText(self.texts("Page {n} of {count}", n=self._at + 1, count=self._pages) if self._pages else "")
        if not self._pages:
            self._picture.setPixmap(QPixmap())
            return
        width = max(self._area.viewport().width() - self.theme.px(th.GAP_L), 400)
        image = render(self._data, self._at, width=min(width, 900))
        self._picture.setPixmap(QPixmap.fromImage(image))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if self._pages:
            self._show_page()

    def _save_pdf(self) -> None:
        name = f"{self.texts(PAPERS[self._paper])}.pdf"
        file, _ = QFileDialog.getSaveFileName(self, self.texts("Save as PDF"), on_desktop(name), "PDF (*.pdf)")
        if file:
            self._finished(partial(self._write, Path(file)))

    def _write(self, file: Path, data: bytes) -> None:
        try:
            write_over(file, data)
        except CareHubError as error:
            self.frame.complain(error)
            return
        self.frame.say(self.texts("Saved: {id}", id=file.name))

    def _to_printer(self) -> None:
        printer = choose_printer(self)
        if printer is not None:
            self._finished(partial(self._on_paper, printer))

    def _on_paper(self, printer: QPrinter, data: bytes) -> None:
        """Prints, and says what comes next: a sheet goes along, and comes back to be typed in."""
        print_pages(data, printer)
        told = mark("Sent to the printer. When the sheet comes back, press F2 to type it in.")
        self.frame.say(self.texts(told if self._paper == "visit-sheet" else mark("Sent to the printer.")))
