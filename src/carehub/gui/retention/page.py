"""What need not be kept any longer: a list, erased one by one."""

from PySide6.QtWidgets import QWidget

from carehub.domain.errors import CareHubError
from carehub.domain.records import RECORDS
from carehub.gui import theme as th
from carehub.gui.desktop import Desktop, Page
from carehub.gui.retention.erase import ErasePanel
from carehub.gui.widgets.basics import Card, clear, column, label
from carehub.gui.widgets.notice import Banner, EmptyState
from carehub.services import retention
from carehub.services.erasing import Erased
from carehub.services.retention import Due

AT_A_TIME = 50


class RetentionPage(Page):
    """Opened once a year from the settings."""

    tables = frozenset(RECORDS)

    def __init__(self, desktop: Desktop) -> None:
        super().__init__(desktop)
        self.panels: dict[str, ErasePanel] = {}
        self._body = self.lay_out()

    @property
    def title(self) -> str:
        return self.texts("Files that may go")

    def reload(self) -> None:
        tr = self.texts
        clear(self._body)
        self.panels = {}
        try:
            found = retention.due(self.desk)
        except CareHubError as error:
            self._body.addWidget(Banner(self.theme, "caution", tr.error(error)))
            self._body.addStretch(1)
            return
        if not found:
            told = tr("Files that are closed, moved or aged out stand here when their time is over.")
            self._body.addWidget(EmptyState(self.theme, "fa6s.box-archive", tr("Nothing need go yet."), told))
        else:
            told = tr("{count} files need not be kept any longer. Look at each before you erase it.", count=len(found))
            self._body.addWidget(label(told))
        for due in found[:AT_A_TIME]:
            self._body.addWidget(self._card(due))
        if len(found) > AT_A_TIME:
            self._body.addWidget(label(tr("{count} more follow.", count=len(found) - AT_A_TIME), "muted"))
        self._body.addStretch(1)

    def _card(self, due: Due) -> QWidget:
        tr = self.texts
        kind = tr(RECORDS[due.kind].about.label)
        counted = tr("{what}; may go since {day}", what=retention.after_words(self.desk, due), day=due.since)
        panel = ErasePanel(self.desktop, due.kind, due.row, due.name or kind, self._erased)
        self.panels[due.row] = panel
        words = column(label(f"{due.name}　{kind}", "strong"), label(counted), label(due.source, "small"),
                       gap=self.theme.px(th.GAP_XS))  # fmt: skip
        return Card(self.theme, words, panel)

    def _erased(self, _: Erased) -> None:
        self.stale = True
