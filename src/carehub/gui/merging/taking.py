"""Taking bundles in: choose, a trial that names what would happen, words and voids confirmed by a person, then
merging."""

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFileDialog

from carehub.domain.records import RECORDS
from carehub.gui import theme as th
from carehub.gui.desktop import Desktop
from carehub.gui.merging.bundle import BundleCard
from carehub.gui.widgets.basics import Card, button, clear, column, label, row
from carehub.gui.widgets.choosing import on_stick
from carehub.gui.widgets.notice import Banner
from carehub.gui.widgets.progress import ProgressPanel
from carehub.services import handover, merging, taking
from carehub.services.previews import Preview
from carehub.services.taking import TakenIn
from carehub.store.store import Touched

EVERYTHING = Touched(tuple((table, "") for table in RECORDS))
"""Tells pages that any table may have changed."""


class TakePanel(Card):
    """Works through bundles one after the other; says of each what would become, or became, of it. `done` comes when
    something was merged."""

    done = Signal()

    def __init__(self, desktop: Desktop) -> None:
        tr, theme = desktop.tr, desktop.theme
        super().__init__(theme, label(tr("Take in"), "heading"))
        self._d = desktop
        self._files: list[Path] = []
        self._words: dict[Path, str] = {}
        self._confirmed: set[Path] = set()
        self._trials: dict[Path, Preview] = {}
        self._shown: list[TakenIn] = []
        self._choose = button(tr("Choose bundles on the stick"), self._ask_files, theme=theme, icon="fa6s.file-import",
                              kind="primary")  # fmt: skip
        self._merge = button(tr("Merge these"), self._do, theme=theme, icon="fa6s.check", kind="primary")
        self._drop = button(tr("Do not merge"), self.put_away, theme=theme)
        self._hint = label(tr("Nothing is kept before you have seen what would happen."), "muted")
        self._progress = ProgressPanel(theme, tr)
        self._results = column(gap=theme.px(th.GAP_S))
        self.body.addLayout(row(self._choose, self._merge, self._drop, 1, gap=theme.px(th.GAP_S)))
        self.body.addWidget(self._hint)
        self.body.addWidget(self._progress)
        self.body.addLayout(self._results)
        self._offer(merge=False)

    @property
    def busy(self) -> bool:
        """Whether bundles lie on the table that are not merged yet."""
        return not self._merge.isHidden()

    def _ask_files(self) -> None:
        words = self._d.tr("Bundles") + " (*.carebundle)"
        files, _ = QFileDialog.getOpenFileNames(self, self._d.tr("Choose bundles on the stick"), on_stick(), words)
        if files:
            self.try_files([Path(f) for f in files])

    def try_files(self, files: Sequence[Path]) -> None:
        """Tries bundles without keeping anything and shows what would happen."""
        self._files, self._words, self._confirmed, self._trials = list(files), {}, set(), {}
        self._run(dry_run=True)

    def put_away(self) -> None:
        """Takes the bundles off the table; nothing was kept of them."""
        self._files = []
        clear(self._results)
        self._offer(merge=False)
        self._choose.setFocus()

    def _do(self) -> None:
        self._run(dry_run=False)

    def _run(self, *, dry_run: bool, files: Sequence[Path] = ()) -> None:
        self._offer(merge=False)
        self._choose.setEnabled(False)
        before = {t["n"] for t in handover.taken(self._d.desk)}
        work = taking.take_in(self._d.desk, list(files) or self._files, words=self._words, confirmed=self._confirmed,
                              dry_run=dry_run)  # fmt: skip
        job = self._d.jobs.start(work)
        for end in (job.finished, job.failed, job.cancelled):
            end.connect(lambda *_: self._choose.setEnabled(True))
        job.finished.connect(self._tried if dry_run else self._merged)
        job.failed.connect(self._d.frame.complain)
        job.cancelled.connect(lambda: self._stopped(before, dry_run=dry_run))
        self._progress.follow(job)

    def _tried(self, results: list[TakenIn]) -> None:
        self._trials |= {t.result.file: t.result.preview for t in results if t.result.preview}
        self._show(results)
        self._offer(merge=any(t.result.status == "merged" for t in results))
        self._merge.setFocus()

    def _merged(self, results: list[TakenIn]) -> None:
        """Those that were merged are done with; those that ask something stay on the table."""
        kept = {t.result.file: t for t in self._shown} | {t.result.file: t for t in results}
        self._show([kept[file] for file in self._files if file in kept])
        for taken in results:
            if taken.result.status == "merged":
                self._d.frame.changed(taken.result.touched)
        self._d.jobs.start(merging.make_searchable(self._d.desk)).failed.connect(self._d.frame.complain)
        self._choose.setFocus()
        self.done.emit()

    def _stopped(self, before: set[int], *, dry_run: bool) -> None:
        """Each bundle is merged wholly or not at all: those before the stop are in, and are named."""
        clear(self._results)
        tr = self._d.tr
        told = tr("Stopped; nothing was left half done.")
        found = [] if dry_run else [t for t in handover.taken(self._d.desk) if t["n"] not in before]
        for taken in reversed(found):
            told += "\n" + tr("Bundle {number} from “{site}” had been merged already.", number=taken["number"],
                              site=taken["sender_name"])  # fmt: skip
        self._results.addWidget(Banner(self._d.theme, "info", told))
        if found:
            self._d.frame.changed(EVERYTHING)
            self.done.emit()

    def _show(self, results: Sequence[TakenIn]) -> None:
        clear(self._results)
        self._shown = list(results)
        for taken in results:
            trial = self._trials.get(taken.result.file)
            self._results.addWidget(BundleCard(self._d, taken, trial, self._approve, self._confirm))

    def _offer(self, *, merge: bool) -> None:
        self._choose.setVisible(not merge)
        self._merge.setVisible(merge)
        self._drop.setVisible(merge)
        self._hint.setVisible(not self._results.count())

    def _approve(self, file: Path, words: str) -> None:
        """The words of a site count for all its bundles on the table; what would happen is shown before it does."""
        asked = next(t.result.words for t in self._shown if t.result.file == file)
        self._words |= {t.result.file: words for t in self._shown if t.result.words == asked}
        self._run(dry_run=True)

    def _confirm(self, file: Path) -> None:
        self._confirmed.add(file)
        self._run(dry_run=False, files=[file])
