"""The password is lost: the way back in with the recovery code, or with the help of the office above."""

from functools import partial
from pathlib import Path

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFileDialog, QLineEdit

from carehub import resources
from carehub.domain.errors import CareHubError
from carehub.domain.texts import Texts
from carehub.gui import theme as th
from carehub.gui.jobs import Jobs
from carehub.gui.theme import Theme
from carehub.gui.widgets.basics import Card, button, clear, column, label, line_edit, row
from carehub.gui.widgets.choosing import on_stick
from carehub.gui.widgets.notice import Banner
from carehub.services import helping, opening


class RecoveryCard(Card):
    """Sets a new password for one user of one store. Emits `recovered` with the user's name, or `left`."""

    recovered = Signal(str)
    left = Signal()

    def __init__(self, theme: Theme, tr: Texts, jobs: Jobs, store: Path, user: str = "") -> None:
        super().__init__(theme, label(tr("A new password"), "heading"), label(store.name, "title"), gap=th.GAP_M)
        self._theme, self._tr, self._jobs, self._store = theme, tr, jobs, store
        self.user = self._line(tr("Your name"), user)
        self.password = self._line(tr(opening.AT_LEAST, least=opening.LEAST), secret=True)
        self.again = self._line(tr("Password once more"), secret=True)
        self._told = column(gap=theme.px(th.GAP_S))
        self.body.addLayout(self._told)
        self.body.addWidget(label(tr("With the recovery code from the locked drawer"), "strong"))
        self.code = self._line(tr("Recovery code"))
        open_ = button(tr("Set the password"), self.use_code, theme=theme, icon="fa6s.key", kind="primary")
        self.body.addLayout(row(1, open_))
        self.body.addWidget(label(tr("With the help of the office above"), "strong"))
        self.body.addWidget(
            label(tr("Write a request to the stick and call the office. Take its answer here."), "muted")
        )
        ask = button(tr("Write the request"), self._ask, theme=theme, icon="fa6s.hand")
        reply = button(tr("Take the answer"), self._reply, theme=theme, icon="fa6s.envelope-open")
        self.body.addLayout(row(ask, reply, 1, gap=theme.px(th.GAP_S)))
        self.body.addWidget(button(tr("Back to signing in"), self.left.emit, theme=theme, kind="plain"))

    def _line(self, name: str, text: str = "", *, secret: bool = False) -> QLineEdit:
        made = line_edit(name, text, secret=secret)
        self.body.addWidget(label(name))
        self.body.addWidget(made)
        return made

    def use_code(self) -> None:
        """Sets the password with the recovery code that was typed."""
        code, user, password = self.code.text(), self.user.text(), self.password.text()
        if self._alike():
            call = partial(helping.recover_with_code, self._store, code, user, password)
            self._jobs.call(call, self.recovered.emit, self._failed)

    def _ask(self) -> None:
        folder = QFileDialog.getExistingDirectory(self, self._tr("Choose the stick"), on_stick())
        if folder:
            self.ask_to(Path(folder))

    def ask_to(self, folder: Path) -> None:
        """Writes a request into a folder and shows the five words to be read out."""
        self._jobs.call(partial(helping.ask, self._store, folder, resources.word_list()), self._asked, self._failed)

    def _asked(self, made: tuple[Path, list[str]]) -> None:
        file, words = made
        told = self._tr(
            "The request is written: {file}. Call the office and read these five words to it:", file=file.name
        )
        self._say("info", told)
        lines = "　".join(words[:3]), "　".join(words[3:])  # a word must not be parted at the end of a line
        self._told.addWidget(label("\n".join(lines), "big"))

    def _reply(self) -> None:
        words = self._tr("Answer of the office") + f" (*{helping.REPLY_SUFFIX})"
        file, _ = QFileDialog.getOpenFileName(self, self._tr("Take the answer"), on_stick(), words)
        if file:
            self.take_reply(Path(file))

    def take_reply(self, file: Path) -> None:
        """Sets the password with the office's answer."""
        user, password = self.user.text(), self.password.text()
        if self._alike():
            call = partial(helping.recover, self._store, file, user, password)
            self._jobs.call(call, self.recovered.emit, self._failed)

    def _alike(self) -> bool:
        if self.password.text() == self.again.text():
            return True
        self._failed(CareHubError("The two passwords are not the same."))
        return False

    def _failed(self, error: Exception) -> None:
        self._say("alarm", self._tr.error(error) if isinstance(error, CareHubError) else str(error))

    def _say(self, kind: str, text: str) -> None:
        clear(self._told)
        self._told.addWidget(Banner(self._theme, kind, text))
