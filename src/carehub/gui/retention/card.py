"""In the settings: the yearly clearing, and statistics for others."""

from pathlib import Path

from PySide6.QtWidgets import QFileDialog

from carehub.domain.errors import CareHubError
from carehub.domain.rights import Right
from carehub.gui import theme as th
from carehub.gui.desktop import Desktop
from carehub.gui.jobs import once
from carehub.gui.widgets.basics import Card, button, label, row
from carehub.gui.widgets.choosing import on_desktop
from carehub.gui.widgets.combo import ComboBox
from carehub.gui.widgets.progress import ProgressPanel
from carehub.services import statistics

CHOICES = (3, 5, 8, 10, 15, 20)


class ProtectionCard(Card):
    """What the law asks for once a year, and what may be given to others."""

    def __init__(self, desktop: Desktop) -> None:
        tr, theme, desk = desktop.tr, desktop.theme, desktop.desk
        super().__init__(theme, label(tr("Protecting children's data"), "heading"), gap=th.GAP_M)
        self._d = desktop
        self.export_button = button(tr("Statistics without names"), self._ask_file, theme=theme, icon="fa6s.table")
        tools = row(gap=theme.px(th.GAP_S))
        if desk.may(Right.TAKE_OUT):
            tools.addWidget(self.export_button)
        if desk.may(Right.ERASE):
            go = button(tr("Files that may go"), lambda: desktop.frame.open_address("retention"), theme=theme,
                        icon="fa6s.box-archive")  # fmt: skip
            tools.addWidget(go)
        tools.addStretch(1)
        self.body.addLayout(tools)
        if desk.may(Right.USERS):
            self.smallest = ComboBox(theme, tr("Smallest number shown in statistics"))
            least = statistics.threshold(desk)
            for number in sorted({*CHOICES, least}):
                self.smallest.addItem(str(number), number)
            self.smallest.setCurrentIndex(self.smallest.findData(least))
            self.smallest.activated.connect(lambda: self.set_smallest(self.smallest.currentData()))
            self.body.addLayout(row(label(tr("Smallest number shown in statistics"), wrap=False), self.smallest, 1,
                                    gap=theme.px(th.GAP_S)))  # fmt: skip
        self._progress = ProgressPanel(theme, tr)
        self.body.addWidget(self._progress)
        self.setVisible(desk.may(Right.TAKE_OUT) or desk.may(Right.ERASE))

    def set_smallest(self, smallest: int) -> None:
        """Sets the smallest number that statistics show."""
        try:
            statistics.set_threshold(self._d.desk, smallest)
        except CareHubError as error:
            self._d.frame.complain(error)

    def _ask_file(self) -> None:
        tr = self._d.tr
        name = f"{tr('Statistics without names')}.xlsx"
        file, _ = QFileDialog.getSaveFileName(self, tr("Statistics without names"), on_desktop(name), "Excel (*.xlsx)")
        if file:
            self.export_to(Path(file))

    def export_to(self, file: Path) -> None:
        """Writes the workbook."""
        job = self._d.jobs.start(once(lambda: statistics.export(self._d.desk, file)))
        job.finished.connect(lambda _: self._d.frame.say(self._d.tr("Saved: {id}", id=file.name)))
        job.failed.connect(self._d.frame.complain)
        self._progress.follow(job)
