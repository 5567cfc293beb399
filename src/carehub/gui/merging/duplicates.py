"""Files that may be of one person: looked for on the worker, decided one by one, put off, or taken apart again."""

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QPushButton, QWidget

from carehub.domain.errors import CareHubError
from carehub.domain.texts import mark
from carehub.gui import theme as th
from carehub.gui.desktop import Desktop
from carehub.gui.merging.duplicate import DuplicateCard, LinkedCard
from carehub.gui.widgets.basics import button, clear, column, label, scrolling
from carehub.gui.widgets.flow import flow
from carehub.gui.widgets.notice import EmptyState
from carehub.gui.widgets.progress import ProgressPanel
from carehub.services import duplicates
from carehub.services.duplicates import Found, Suggestion
from carehub.store.store import Touched

AT_A_TIME = 8
"""Cards shown at once; the next come as these are decided."""
OPEN, LATER, LINKED = "open", "later", "linked"
WORDS = {OPEN: mark("To be decided"), LATER: mark("Later"), LINKED: mark("Shown as one")}


class DuplicatesPanel(QWidget):
    """Suggestions, those put off, and the links made so far. `counted` comes with the number of those still open."""

    counted = Signal(int)

    def __init__(self, desktop: Desktop) -> None:
        super().__init__()
        self._d = desktop
        tr, theme = desktop.tr, desktop.theme
        self._found: Found | None = None
        self._kind = OPEN
        self._chips = {kind: self._chip(kind) for kind in (OPEN, LATER, LINKED)}
        self._again = button(tr("Look once more"), self.look, theme=theme, icon="fa6s.magnifying-glass")
        self._progress = ProgressPanel(theme, tr)
        self._cards = column(gap=theme.px(th.GAP_M))
        inner = QWidget()
        inner.setLayout(self._cards)
        tools = flow(theme, *self._chips.values(), self._again)
        body = column(tools, self._progress, scrolling(inner), gap=theme.px(th.GAP_S))
        body.setStretch(2, 1)
        self.setLayout(body)

    def _chip(self, kind: str) -> QPushButton:
        made = button(self._d.tr(WORDS[kind]), lambda: self._choose(kind), theme=self._d.theme, kind="chip")
        made.setCheckable(True)
        made.setChecked(kind == self._kind)
        return made

    def _choose(self, kind: str) -> None:
        self._kind = kind
        self._show()

    # --- looking ----------------------------------------------------------------------------------------------

    def reload(self) -> None:
        """Looks through all files the first time it is shown; later only drops what has been decided meanwhile."""
        if self._found is None:
            self.look()
        else:
            self._found = duplicates.again(self._d.desk, self._found)
            self._show()

    def forget(self) -> None:
        """A merge brought new files: they are looked through when this is next in sight."""
        self._found = None

    def look(self) -> None:
        """Looks through all files on the worker."""
        self._again.setEnabled(False)
        job = self._d.jobs.start(duplicates.find(self._d.desk))
        for end in (job.finished, job.failed, job.cancelled):
            end.connect(lambda *_: self._again.setEnabled(True))
        job.finished.connect(self._looked)
        job.failed.connect(self._d.frame.complain)
        self._progress.follow(job)

    def _looked(self, found: Found) -> None:
        self._found = found
        self._show()

    # --- what is shown ----------------------------------------------------------------------------------------

    def _show(self) -> None:
        found, tr = self._found or Found(), self._d.tr
        links = duplicates.links(self._d.desk)
        for kind, count in ((OPEN, len(found.open)), (LATER, len(found.later)), (LINKED, len(links))):
            told = f"{tr(WORDS[kind])} {count}"
            self._chips[kind].setText(told)
            self._chips[kind].setAccessibleName(told)
            self._chips[kind].setChecked(kind == self._kind)
        self.counted.emit(len(found.open))
        clear(self._cards)
        if self._kind == LINKED:
            for link in links[: 4 * AT_A_TIME]:
                self._cards.addWidget(LinkedCard(self._d, link, partial(self._apart, link.id)))
            self._end(len(links), 4 * AT_A_TIME)
            return
        shown = found.open if self._kind == OPEN else found.later
        for comparison in duplicates.compare(self._d.desk, shown[:AT_A_TIME]):
            self._cards.addWidget(DuplicateCard(self._d, comparison, self, later=self._kind == LATER))
        self._end(len(shown), AT_A_TIME)

    def _end(self, count: int, most: int) -> None:
        tr = self._d.tr
        if count > most:
            self._cards.addWidget(label(tr("{count} more follow.", count=count - most), "muted"))
        if not count:
            title = {OPEN: tr("No two files look like one person."), LATER: tr("Nothing was put off."),
                     LINKED: tr("No files are shown as one yet.")}[self._kind]  # fmt: skip
            text = tr(
                "Files with the same identity number, or with the same name, birth date and family, are suggested here."
            )
            self._cards.addWidget(EmptyState(self._d.theme, "fa6s.people-arrows", title, text))
        self._cards.addStretch(1)

    # --- decisions --------------------------------------------------------------------------------------------

    def same(self, one: str, to: str) -> None:
        """The person at the desk says that two files are of one person."""
        self._do(lambda: duplicates.link(self._d.desk, one, to))

    def _apart(self, one: str) -> None:
        self._do(lambda: duplicates.unlink(self._d.desk, one))

    def _do(self, work: Callable[[], Touched]) -> None:
        try:
            touched = work()
        except CareHubError as error:
            self._d.frame.complain(error)
            return
        self._d.frame.saved(touched)

    def not_same(self, suggestion: Suggestion) -> None:
        """They are two people: not suggested again."""
        duplicates.distinct(self._d.desk, suggestion.one, suggestion.other)
        self._said(suggestion, self._d.tr("Remembered: these are two people."))

    def put_off(self, suggestion: Suggestion) -> None:
        """Nobody knows yet: it is listed apart."""
        duplicates.later(self._d.desk, suggestion.one, suggestion.other)
        self._said(suggestion, self._d.tr("Put off; it stands under “Later”."))

    def _said(self, suggestion: Suggestion, words: str) -> None:
        self._d.frame.say(words, lambda: self._forget(suggestion))
        self.reload()

    def _forget(self, suggestion: Suggestion) -> None:
        duplicates.forget(self._d.desk, suggestion.one, suggestion.other)
        self.look()  # it was dropped from what was found
