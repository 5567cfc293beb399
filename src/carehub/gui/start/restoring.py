"""Putting a backup back from the first pages: for a store nobody can sign in to any more, and for a new computer."""

from functools import partial
from pathlib import Path

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFileDialog, QLineEdit, QListWidget, QListWidgetItem, QMessageBox

from carehub.domain.errors import CareHubError
from carehub.domain.texts import Texts
from carehub.gui import theme as th
from carehub.gui.jobs import Jobs
from carehub.gui.theme import Theme
from carehub.gui.widgets.basics import Card, button, clear, column, label, line_edit, row
from carehub.gui.widgets.choosing import on_stick
from carehub.gui.widgets.notice import Banner
from carehub.gui.widgets.progress import ProgressPanel
from carehub.services import backups
from carehub.services.backups import Backup, Restored


class RestoreCard(Card):
    """Shows the backups at hand for one store and puts the chosen one in its place. Emits `restored` with the words to
    tell, or `left`."""

    restored = Signal(list)
    left = Signal()

    def __init__(self, theme: Theme, tr: Texts, jobs: Jobs, store: Path, user: str = "") -> None:
        super().__init__(theme, label(tr("Restore a backup"), "heading"), label(store.name, "title"), gap=th.GAP_M)
        self._theme, self._tr, self._jobs, self._store = theme, tr, jobs, store
        self._found: list[Backup] = []
        self._told = column(gap=theme.px(th.GAP_S))
        self.list = QListWidget()
        self.list.setAccessibleName(tr("Backups"))
        self.list.setFixedHeight(theme.row * 3 + 4)
        self.body.addWidget(
            label(tr("The store that is there now is put aside whole; nothing of it is deleted."), "muted")
        )
        self.body.addWidget(self.list)
        other = button(tr("Look in another folder or on a stick"), self._look, theme=theme, icon="fa6s.folder-open")
        self.body.addLayout(row(other, 1))
        self.user = self._line(tr("Your name"), user)
        self.password = self._line(tr("Password, or the recovery code"), secret=True)
        self.password.returnPressed.connect(self._ask)
        self.body.addLayout(self._told)
        self._progress = ProgressPanel(theme, tr)
        self.body.addWidget(self._progress)
        self._go = button(tr("Restore"), self._ask, theme=theme, icon="fa6s.clock-rotate-left", kind="primary")
        self._back = button(tr("Back"), self.left.emit, theme=theme, kind="plain")
        self.body.addLayout(row(self._back, 1, self._go))
        self.show_backups(backups.kept(store))

    def _line(self, name: str, text: str = "", *, secret: bool = False) -> QLineEdit:
        made = line_edit(name, text, secret=secret)
        self.body.addWidget(label(name))
        self.body.addWidget(made)
        return made

    def show_backups(self, found: list[Backup]) -> None:
        """Lists backups and chooses the newest."""
        self._found = found
        self.list.clear()
        for one in found:
            words = [one.at, self._tr("{size} MB", size=f"{one.megabytes:.1f}")]
            item = QListWidgetItem("　".join([*words, *([self._tr("on the stick")] if one.stick else [])]))
            item.setToolTip(str(one.kept.folder))
            self.list.addItem(item)
        self.list.setCurrentRow(0)
        self._go.setEnabled(bool(found))
        if not found:
            self._say(
                "caution", self._tr("No backup was found by itself. Plug in the stick, or look in another folder.")
            )

    def _look(self) -> None:
        folder = QFileDialog.getExistingDirectory(self, self._tr("Look in another folder or on a stick"), on_stick())
        if folder:
            self.look_in(Path(folder))

    def look_in(self, folder: Path) -> None:
        """Lists the backups in a folder that a person named."""
        clear(self._told)
        try:
            self.show_backups(backups.found_in(folder, self._store))
        except CareHubError as error:
            self._failed(error)

    def _ask(self) -> None:
        one = self._chosen()
        if one is None:
            return
        told = self._tr(
            "Put back the backup of {at}? What was typed since then is not in it. The present store is put aside whole "
            "and nothing of it is deleted. You will have to sign in again.",
            at=one.at,
        )
        if QMessageBox.question(self, self._tr("Restore"), told) is QMessageBox.StandardButton.Yes:
            self.put_back()

    def _chosen(self) -> Backup | None:
        at = self.list.currentRow()
        return self._found[at] if 0 <= at < len(self._found) else None

    def put_back(self) -> None:
        """Puts the chosen backup in place."""
        one = self._chosen()
        if one is None:
            return
        work = backups.restore(self._store, one.kept, self.password.text(), self.user.text())
        job = self._jobs.start(work)
        self._busy(True)
        clear(self._told)
        self._progress.follow(job)
        for end in (job.finished, job.failed, job.cancelled):
            end.connect(partial(self._busy, False))
        job.finished.connect(self._done)  # the last: nothing of this card may be asked for afterwards
        job.failed.connect(self._failed)

    def _busy(self, busy: bool, *_: object) -> None:
        for widget in (self._go, self._back):
            widget.setEnabled(not busy)

    def _done(self, done: Restored) -> None:
        self.password.clear()
        self.restored.emit([self._tr.error(sentence) for sentence in backups.sentences(done)])

    def _failed(self, error: Exception) -> None:
        self._say("alarm", self._tr.error(error) if isinstance(error, CareHubError) else str(error))
        self.password.selectAll()

    def _say(self, kind: str, text: str) -> None:
        clear(self._told)
        self._told.addWidget(Banner(self._theme, kind, text))
