"""Backups, as the settings show them: how old the last one is, making one, where they lie, putting one back."""

from functools import partial
from pathlib import Path

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QMessageBox, QScrollArea, QWidget

from carehub.domain.errors import CareHubError
from carehub.domain.rights import Right
from carehub.gui import theme as th
from carehub.gui.desktop import Desktop
from carehub.gui.widgets.basics import Card, button, clear, column, label, row
from carehub.gui.widgets.notice import Banner
from carehub.gui.widgets.progress import ProgressPanel
from carehub.services import backups, today
from carehub.services.backups import Backup
from carehub.store.store import Touched

FEW = 4
"""So many backups are listed at first."""
BACKUPS = Touched((("backup", ""),))
"""What pages are told when there is a new backup: it is no record, but they show how old it is."""


class BackupsCard(Card):
    """Makes backups and puts one back, each in one click and a question."""

    def __init__(self, desktop: Desktop) -> None:
        theme, tr = desktop.theme, desktop.tr
        super().__init__(theme, label(tr("Backups"), "heading"), gap=th.GAP_M)
        self._desktop, self._theme, self._tr, self._desk = desktop, theme, tr, desktop.desk
        self._all = False
        self._last, self._where = label("", "strong"), label("", "muted")
        self._told, self._list = column(gap=theme.px(th.GAP_S)), column(gap=theme.px(th.GAP_S))
        self._progress = ProgressPanel(theme, tr)
        self.make = button(tr("Back up now"), self.back_up, theme=theme, icon="fa6s.floppy-disk", kind="primary")
        other = button(tr("Choose another place"), self._choose, theme=theme, icon="fa6s.folder-open")
        allowed = self._desk.may(Right.HAND_OVER)
        for widget in (self.make, other):
            widget.setEnabled(allowed)
        hint = label(
            tr("A stick that is plugged in gets a copy too. Backups can only be read with a password."), "muted"
        )
        for item in (self._last, self._where, hint):
            self.body.addWidget(item)
        self.body.addLayout(row(self.make, other, 1, gap=theme.px(th.GAP_S)))
        self.body.addWidget(self._progress)
        self.body.addLayout(self._told)
        self.body.addLayout(self._list)

    def come_into_sight(self) -> None:
        """Scrolls to this card, and puts the focus on making a backup."""
        QTimer.singleShot(0, self, self._scroll)

    def _scroll(self) -> None:
        area: QWidget | None = self
        while area is not None and not isinstance(area, QScrollArea):
            area = area.parentWidget()
        if isinstance(area, QScrollArea):
            area.verticalScrollBar().setValue(self.y() - self._theme.px(th.GAP_L))
        self.make.setFocus()

    def reload(self) -> None:
        """Lists the backups again."""
        tr = self._tr
        self._last.setText(today.backup(self._desk).words(tr))
        self._where.setText(tr("They lie in {folder}", folder=str(backups.place(self._desk))))
        clear(self._list)
        found = backups.kept(self._desk.store.folder)
        for one in found if self._all else found[:FEW]:
            self._list.addLayout(self._line(one))
        if len(found) > FEW and not self._all:
            more = button(tr("Show all {count}", count=len(found)), self._show_all, theme=self._theme, kind="plain")
            self._list.addLayout(row(more, 1))

    def _line(self, one: Backup) -> QHBoxLayout:
        tr, theme = self._tr, self._theme
        size = tr("{size} MB", size=f"{one.megabytes:.1f}")
        words = label("　".join([one.at, size, *([tr("on the stick")] if one.stick else [])]))
        words.setToolTip(str(one.kept.folder))
        back = button(tr("Restore"), partial(self._ask, one), theme=theme, icon="fa6s.clock-rotate-left")
        back.setAccessibleName(tr("Restore the backup of {at}", at=one.at))
        back.setEnabled(self._desk.may(Right.HAND_OVER))
        line = row(words, back, gap=theme.px(th.GAP_S))
        line.setStretch(0, 1)
        return line

    def _show_all(self) -> None:
        self._all = True
        self.reload()

    # --- making -----------------------------------------------------------------------------------------------

    def back_up(self) -> None:
        """Makes a backup now."""
        job = self._desktop.jobs.start(backups.make(self._desk))
        job.finished.connect(self._made)
        job.failed.connect(self._desktop.frame.complain)
        for end in (job.finished, job.failed, job.cancelled):
            end.connect(lambda *_: self.make.setEnabled(True))
        self.make.setEnabled(False)
        self._progress.follow(job)

    def _made(self, made: backups.Made) -> None:
        tr = self._tr
        told = tr("Backed up and checked.")
        if made.copies:
            told = tr("Backed up and checked, also on the stick. It can be pulled out now.")
        clear(self._told)
        self._told.addWidget(Banner(self._theme, "good", told, closable=tr("Close")))
        for problem in made.problems:
            self._told.addWidget(Banner(self._theme, "caution", tr.error(problem)))
        self._desktop.frame.changed(BACKUPS)

    def _choose(self) -> None:
        folder = QFileDialog.getExistingDirectory(
            self, self._tr("Choose another place"), str(backups.place(self._desk))
        )
        if folder:
            self.put_into(Path(folder))

    def put_into(self, folder: Path) -> None:
        """Lets backups be put into another folder from now on."""
        try:
            backups.choose(self._desk, folder)
        except CareHubError as error:
            self._desktop.frame.complain(error)
            return
        self.reload()

    # --- putting back -----------------------------------------------------------------------------------------

    def _ask(self, one: Backup) -> None:
        told = self._tr(
            "Put back the backup of {at}? What was typed since then is not in it. The present store is put aside whole "
            "and nothing of it is deleted. You will have to sign in again.",
            at=one.at,
        )
        if QMessageBox.question(self, self._tr("Restore"), told) is QMessageBox.StandardButton.Yes:
            self.put_back(one)

    def put_back(self, one: Backup) -> None:
        """Lays a backup ready, then asks to sign in: it is put in place as soon as the store is closed."""
        job = self._desktop.jobs.start(backups.lay_ready(self._desk, one.kept))
        self._progress.follow(job)
        job.failed.connect(self._desktop.frame.complain)
        job.finished.connect(lambda _: self._desktop.frame.lock())  # the last: this page is gone afterwards
