"""Erasing asks once: how many records, and the password. Nothing about it can be clicked away."""

from collections.abc import Callable

from PySide6.QtWidgets import QWidget

from carehub.domain.errors import CareHubError
from carehub.gui import theme as th
from carehub.gui.desktop import Desktop
from carehub.gui.jobs import once
from carehub.gui.widgets.basics import Card, button, clear, column, label, line_edit, row
from carehub.gui.widgets.notice import Banner
from carehub.gui.widgets.progress import ProgressPanel
from carehub.services import erasing
from carehub.services.erasing import Erased


class ErasePanel(QWidget):
    """A button that unfolds into the question. `done` is told what went."""

    def __init__(self, desktop: Desktop, kind: str, row_id: str, name: str, done: Callable[[Erased], object]) -> None:
        super().__init__()
        self._d, self._kind, self._row, self._name, self._done = desktop, kind, row_id, name, done
        theme, tr = desktop.theme, desktop.tr
        self.ask_button = button(tr("Erase for good"), self.ask, theme=theme, icon="fa6s.eraser", kind="danger")
        self.ask_button.setAccessibleName(tr("Erase “{name}” for good", name=name))
        self._question = QWidget()
        self._words = column()
        self.password = line_edit(tr("Your password"), secret=True)
        self.password.setPlaceholderText(tr("Your password"))
        self.password.returnPressed.connect(self.erase)
        self.do_button = button(tr("Erase now"), self.erase, theme=theme, icon="fa6s.eraser", kind="danger")
        cancel = button(tr("Cancel"), self._fold, theme=theme)
        line = row(self.password, cancel, self.do_button, gap=theme.px(th.GAP_S))
        line.setStretch(0, 1)
        self._progress = ProgressPanel(theme, tr)
        self._question.setLayout(column(self._words, line, self._progress, gap=theme.px(th.GAP_S)))
        self._question.hide()
        self.setLayout(column(row(self.ask_button, 1), self._question, gap=theme.px(th.GAP_S)))

    def ask(self) -> None:
        """Says what would go, and asks for the password."""
        tr = self._d.tr
        try:
            count = erasing.size(self._d.desk, self._kind, self._row)
        except CareHubError as error:
            self._d.frame.complain(error)
            return
        clear(self._words)
        told = tr(
            "{count} records of “{name}” go for good: here, in the backups, at the office above and on other laptops. "
            "It cannot be undone.",
            count=count, name=self._name,
        )  # fmt: skip
        self._words.addWidget(Banner(self._d.theme, "alarm", told))
        self._question.show()
        self.ask_button.hide()
        self.password.setFocus()

    def _fold(self) -> None:
        self.password.clear()
        self._question.hide()
        self.ask_button.show()

    def erase(self) -> None:
        """Erases with the password that was typed."""
        typed = self.password.text()
        self.password.clear()
        self.do_button.setEnabled(False)
        desk, kind, row_id = self._d.desk, self._kind, self._row
        job = self._d.jobs.start(once(lambda: erasing.erase_row(desk, kind, row_id, typed)))
        job.finished.connect(self._erased)
        job.failed.connect(self._failed)
        self._progress.follow(job)

    def _failed(self, error: Exception) -> None:
        self.do_button.setEnabled(True)
        self.password.setFocus()
        self._d.frame.complain(error)

    def _erased(self, gone: Erased) -> None:
        tr = self._d.tr
        self._done(gone)
        self._d.frame.changed(gone.touched)
        self._d.frame.say(tr("Erased: {count} records. The next bundles carry it on.", count=gone.rows))


class EraseCard(Card):
    """At the foot of a child's page, for the head alone."""

    def __init__(self, desktop: Desktop, child_id: str, name: str, done: Callable[[Erased], object]) -> None:
        tr = desktop.tr
        told = tr("When the guardian asks for it, or its time is over. Otherwise close the file.")
        self.panel = ErasePanel(desktop, "child", child_id, name, done)
        super().__init__(desktop.theme, label(tr("Erase this file"), "heading"), label(told, "muted"), self.panel)
