"""Training: the band over every page that says so, and the page shown while a village is made up."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QWidget

from carehub.domain.errors import CareHubError
from carehub.domain.texts import Texts
from carehub.gui import theme as th
from carehub.gui.jobs import Job
from carehub.gui.theme import Theme
from carehub.gui.widgets.basics import Card, button, clear, column, label, look, row
from carehub.gui.widgets.notice import Banner
from carehub.gui.widgets.progress import ProgressPanel


class TrainingBand(QFrame):
    """Over every page, in colour and words: nobody takes what stands here for real."""

    left = Signal()
    anew = Signal()

    def __init__(self, theme: Theme, tr: Texts) -> None:
        super().__init__()
        look(self, "training")
        self.words = label(tr("Training · everybody is made up"), "strong", wrap=False)
        again = button(tr("Begin anew"), self.anew.emit, theme=theme, icon="fa6s.rotate-right")
        leave = button(tr("Leave training"), self.left.emit, theme=theme, icon="fa6s.door-open")
        line = row(self.words, 1, again, leave, gap=theme.px(th.GAP_S))
        edge = theme.px(th.GAP_M)
        line.setContentsMargins(edge, theme.px(th.GAP_XS), edge, theme.px(th.GAP_XS))
        self.setLayout(line)


class PreparingPage(QWidget):
    """Shown for the moment it takes to make up a village."""

    left = Signal()

    def __init__(self, theme: Theme, tr: Texts) -> None:
        super().__init__()
        look(self, "page")
        self._theme, self._tr = theme, tr
        self._progress = ProgressPanel(theme, tr)
        self._told = column()
        card = Card(theme, label(tr("Making up a village"), "title"), self._progress, self._told)
        card.setFixedWidth(round(640 * (1 + (theme.scale - 1) * 0.5)))
        self.setLayout(column(1, row(1, card, 1), 2))

    def follow(self, job: Job) -> None:
        """Shows how far it is."""
        self._progress.follow(job)

    def complain(self, error: Exception) -> None:
        """Says what went wrong, with the way back."""
        clear(self._told)
        text = self._tr.error(error) if isinstance(error, CareHubError) else str(error)
        self._told.addWidget(Banner(self._theme, "alarm", text))
        self._told.addWidget(button(self._tr("Back"), self.left.emit, theme=self._theme))
