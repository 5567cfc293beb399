"""The sites below an office, as its settings show them: help with a lost password, a lost laptop, its successor."""

from functools import partial
from pathlib import Path

from PySide6.QtWidgets import QFileDialog, QMessageBox

from carehub.domain.errors import CareHubError
from carehub.gui import theme as th
from carehub.gui.desktop import Desktop
from carehub.gui.widgets.basics import Card, button, clear, column, label, line_edit, row
from carehub.gui.widgets.choosing import on_stick
from carehub.services import cards, helping, sites


class SitesCard(Card):
    """What a clerk does for the sites below, each in one step."""

    def __init__(self, desktop: Desktop) -> None:
        theme, tr = desktop.theme, desktop.tr
        super().__init__(theme, label(tr("Sites below"), "heading"), gap=th.GAP_M)
        self._desktop, self._theme, self._tr, self._desk = desktop, theme, tr, desktop.desk
        self._request: Path | None = None
        self._list, self._help = column(gap=theme.px(th.GAP_S)), column(gap=theme.px(th.GAP_S))
        self.body.addLayout(self._list)
        ask = button(tr("Help with a lost password"), self._choose_request, theme=theme, icon="fa6s.life-ring")
        self.body.addLayout(row(ask, 1))
        self.body.addLayout(self._help)
        self.reload()

    def reload(self) -> None:
        """Lists the sites again."""
        clear(self._list)
        tr, theme, found = self._tr, self._theme, sites.below(self._desk)
        if not found:
            self._list.addWidget(label(tr("No site has handed over here yet."), "muted"))
        for site, name, revoked in found:
            words = label(tr("{site} (laptop revoked)", site=name) if revoked else name, wrap=True)
            words.setMinimumWidth(theme.px(160))
            lost = button(tr("Laptop lost"), partial(self._lost, site, name), theme=theme, icon="fa6s.ban")
            lost.setAccessibleName(tr("Laptop of {site} lost", site=name))
            lost.setEnabled(not revoked)
            new = button(tr("Card for a new laptop"), partial(self._card, site), theme=theme, icon="fa6s.id-card")
            new.setAccessibleName(tr("Card for a new laptop of {site}", site=name))
            line = row(words, lost, new, gap=theme.px(th.GAP_S))
            line.setStretch(0, 1)
            self._list.addLayout(line)

    def _lost(self, site: str, name: str) -> None:
        told = self._tr("From now on nothing from the old laptop of “{site}” is taken in. Revoke its keys?", site=name)
        if QMessageBox.question(self, self._tr("Laptop lost"), told) is QMessageBox.StandardButton.Yes:
            self.withdraw(site)

    def withdraw(self, site: str) -> None:
        """Revokes the keys of a site."""
        try:
            name = sites.withdraw(self._desk, site)
        except CareHubError as error:
            self._desktop.frame.complain(error)
            return
        self.reload()
        self._desktop.frame.say(self._tr("“{site}” can hand over no more with its old laptop.", site=name))

    def _card(self, site: str) -> None:
        folder = QFileDialog.getExistingDirectory(self, self._tr("Choose the stick"), on_stick())
        if folder:
            self.write_card(site, Path(folder))

    def write_card(self, site: str, folder: Path) -> None:
        """Writes the card with which a new laptop takes over a site."""
        try:
            file = cards.write(self._desk, folder, site)
        except CareHubError as error:
            self._desktop.frame.complain(error)
            return
        self._desktop.frame.say(self._tr("The office card is written: {file}", file=file.name))

    def _choose_request(self) -> None:
        words = self._tr("Request for help") + f" (*{helping.REQUEST_SUFFIX})"
        file, _ = QFileDialog.getOpenFileName(self, self._tr("Help with a lost password"), on_stick(), words)
        if file:
            self.take_request(Path(file))

    def take_request(self, file: Path) -> None:
        """Shows who asks, and asks for the five words the clerk hears."""
        clear(self._help)
        try:
            name = helping.asking(self._desk, file)
        except CareHubError as error:
            self._desktop.frame.complain(error)
            return
        self._request = file
        tr, theme = self._tr, self._theme
        self.words = line_edit(tr("The five words you hear"))
        told = tr("“{site}” asks for help. Call somebody there whose voice you know and have the words read to you.",
                  site=name)  # fmt: skip
        for widget in (label(told), label(tr("The five words you hear")), self.words):
            self._help.addWidget(widget)
        give = button(tr("Write the answer"), self._choose_folder, theme=theme, icon="fa6s.check", kind="primary")
        self._help.addLayout(row(1, give))
        self.words.setFocus()

    def _choose_folder(self) -> None:
        folder = QFileDialog.getExistingDirectory(self, self._tr("Choose the stick"), on_stick())
        if folder:
            self.answer_to(Path(folder))

    def answer_to(self, folder: Path) -> None:
        """Writes the answer into a folder, if the words are right."""
        assert self._request
        call = partial(helping.give, self._desk, self._request, self.words.text(), folder)
        self._desktop.jobs.call(call, self._answered, self._desktop.frame.complain)

    def _answered(self, file: Path) -> None:
        clear(self._help)
        self._desktop.frame.say(self._tr("The answer is written: {file}", file=file.name))
