"""Taking bundles in: choose, a trial that says what would happen, the five words of a newcomer, then merging."""

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtWidgets import QFileDialog, QInputDialog

from carehub.domain.texts import mark
from carehub.gui import theme as th
from carehub.gui.desktop import Desktop
from carehub.gui.widgets.basics import Card, button, clear, column, label, row
from carehub.gui.widgets.notice import Banner
from carehub.gui.widgets.progress import ProgressPanel
from carehub.services import merging
from carehub.services.merging import Merged

KINDS = {"merged": "good", "already": "info", "refused": "alarm", "waiting": "caution"}
COUNTS = mark("{new} new, {changed} changed, {conflicts} questions, {quarantined} not taken over")


class TakePanel(Card):
    """Works through bundles one after the other; says of each what became of it."""

    def __init__(self, desktop: Desktop) -> None:
        tr, theme = desktop.tr, desktop.theme
        super().__init__(theme, label(tr("Take in"), "heading"))
        self._d = desktop
        self._files: list[Path] = []
        self._choose = button(tr("Choose bundles on the stick"), self._ask_files, theme=theme, icon="fa6s.file-import",
                              kind="" if not desktop.desk.is_office else "primary")  # fmt: skip
        self._merge = button(tr("Merge these"), self._do, theme=theme, icon="fa6s.check", kind="primary")
        self._merge.hide()
        self._progress = ProgressPanel(theme, tr)
        self._results = column(gap=theme.px(th.GAP_S))
        self.body.addLayout(row(self._choose, self._merge, 1, gap=theme.px(th.GAP_S)))
        self.body.addWidget(self._progress)
        self.body.addLayout(self._results)

    def _ask_files(self) -> None:
        words = self._d.tr("Bundles") + " (*.carebundle)"
        files, _ = QFileDialog.getOpenFileNames(self, self._d.tr("Choose bundles on the stick"), "", words)
        if files:
            self.try_files([Path(f) for f in files])

    def try_files(self, files: Sequence[Path]) -> None:
        """Tries bundles without saving and shows what would happen."""
        self._files = list(files)
        self._run(dry_run=True)

    def _do(self) -> None:
        self._run(dry_run=False)

    def _run(self, *, dry_run: bool, approve: str = "", files: Sequence[Path] = ()) -> None:
        self._merge.hide()
        work = merging.merge(self._d.desk, list(files) or self._files, approve=approve, dry_run=dry_run)
        job = self._d.jobs.start(work)
        job.finished.connect(self._tried if dry_run else self._merged)
        job.failed.connect(self._d.frame.complain)
        self._progress.follow(job)

    def _tried(self, results: list[Merged]) -> None:
        self._show(results, trial=True)
        self._merge.setVisible(any(r.status == "merged" for r in results))
        self._merge.setFocus()

    def _merged(self, results: list[Merged]) -> None:
        self._show(results, trial=False)
        for result in results:
            if result.status == "merged":
                self._d.frame.changed(result.touched)

    def _show(self, results: Sequence[Merged], *, trial: bool) -> None:
        clear(self._results)
        for result in results:
            self._results.addWidget(self._line(result, trial=trial))

    def _line(self, result: Merged, *, trial: bool) -> Banner:
        tr, theme = self._d.tr, self._d.theme
        if result.error:
            told = tr.error(result.error)
        else:
            counts = tr(COUNTS, new=result.new, changed=result.changed, conflicts=result.conflicts,
                        quarantined=result.quarantined)  # fmt: skip
            word = tr("would be merged") if trial else tr("merged")
            told = tr("Bundle {number} from “{site}” {word}: {counts}", number=result.number, site=result.sender,
                      word=word, counts=counts)  # fmt: skip
        actions = []
        if result.words:
            actions.append(button(tr("Compare the five words"), lambda: self._approve(result.file), theme=theme))
        return Banner(theme, "info" if trial and not result.error else KINDS[result.status], told, *actions)

    def _approve(self, file: Path) -> None:
        """The clerk types the words that the room reads to him; nothing on this screen can be just clicked away."""
        tr = self._d.tr
        typed, ok = QInputDialog.getText(self, tr("A new site"), tr("Type the five words the site reads to you:"))
        if ok and typed.strip():
            self._run(dry_run=False, approve=typed, files=[file])
