"""Settings: this site, the card for others, language and text size."""

from pathlib import Path

from PySide6.QtWidgets import QFileDialog

from carehub import __version__
from carehub.domain.errors import CareHubError
from carehub.domain.rights import Right
from carehub.gui import theme as th
from carehub.gui.children.summary import facts_grid
from carehub.gui.desktop import Desktop, Page
from carehub.gui.jobs import Work
from carehub.gui.retention.card import ProtectionCard
from carehub.gui.settings.backups import BackupsCard
from carehub.gui.settings.pairing import PairingCard
from carehub.gui.settings.safety import SafetyCard
from carehub.gui.settings.sites import SitesCard
from carehub.gui.settings.users import UsersCard
from carehub.gui.widgets.basics import Card, button, clear, column, label, row
from carehub.gui.widgets.choosing import on_stick
from carehub.gui.widgets.notice import Banner
from carehub.gui.widgets.progress import ProgressPanel
from carehub.services import cards, checking, opening


class SettingsPage(Page):
    """What is set once and seldom looked at."""

    tables = frozenset({"site", "user", "backup"})

    def __init__(self, desktop: Desktop) -> None:
        super().__init__(desktop)
        theme, tr = self.theme, self.texts
        site = facts_grid(desktop, self.desk.site, ("name", "level", "area_code", "address", "contact", "phone"))
        about = Card(theme, label(tr("This site"), "heading"), site)
        about.body.addWidget(
            label(tr("Five words of this site: {words}", words=" ".join(opening.own_words(self.desk))))
        )
        if self.desk.may(Right.MERGE):
            card = button(tr("Write the office card"), self._card, theme=theme, icon="fa6s.id-card")
            about.body.addWidget(label(tr("Rooms and schools start their store with this card."), "muted"))
            own = button(tr("Our own questions"), lambda: self.frame.open_address("custom-questions"), theme=theme,
                         icon="fa6s.circle-question")  # fmt: skip
            own.setVisible(self.desk.may(Right.OWN_QUESTIONS))
            about.body.addLayout(row(card, own, 1, gap=theme.px(th.GAP_S)))
        self._found = column(gap=theme.px(th.GAP_S))
        self._progress = ProgressPanel(theme, tr)
        check = button(tr("Check the store"), self._check, theme=theme, icon="fa6s.stethoscope")
        health = Card(theme, label(tr("Is everything in order?"), "heading"), row(check, 1), self._progress)
        health.body.addLayout(self._found)
        program = Card(theme, label(tr("Program"), "heading"), label(tr("CareHub {version}", version=__version__)),
                       label(tr("Text size: the three letters A at the top, or Ctrl and + or −."), "muted"),
                       label(str(self.desk.store.folder), "muted"))  # fmt: skip
        self.sites = SitesCard(desktop) if self.desk.may(Right.MERGE) else None
        self.users = UsersCard(desktop)
        self.backups = BackupsCard(desktop)
        self.pairing = PairingCard(desktop)
        sites = [self.sites] if self.sites else []
        self.lay_out(about, *sites, self.backups, self.users, SafetyCard(desktop), self.pairing,
                     ProtectionCard(desktop), health, program, 1)  # fmt: skip

    @property
    def title(self) -> str:
        return self.texts("Settings")

    def open(self, argument: str) -> None:
        if argument == "backups":
            self.backups.come_into_sight()

    def reload(self) -> None:
        self.backups.reload()
        if self.sites:
            self.sites.reload()
        self.users.reload()
        self.pairing.reload()

    def _card(self) -> None:
        folder = QFileDialog.getExistingDirectory(self, self.texts("Choose the stick"), on_stick())
        if folder:
            try:
                file = cards.write(self.desk, Path(folder))
            except CareHubError as error:
                self.frame.complain(error)
                return
            self.frame.say(self.texts("The office card is written: {file}", file=file.name))

    def _check(self) -> None:
        work: Work = checking.check(self.desk)
        job = self.desktop.jobs.start(work)
        job.finished.connect(self._checked)
        job.failed.connect(self.frame.complain)
        self._progress.follow(job)

    def _checked(self, findings: list[checking.Finding]) -> None:
        clear(self._found)
        for finding in findings:
            self._found.addWidget(Banner(self.theme, "alarm", self.texts.error(finding.error)))
        if not findings:
            self._found.addWidget(Banner(self.theme, "good", self.texts("The store is in order.")))
        for note in checking.notes(self.desk):
            self._found.addWidget(Banner(self.theme, "info", self.texts.error(note.error)))
