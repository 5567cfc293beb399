"""The form for a new store: what the computer is used for, who uses it, and a password."""

from functools import partial
from pathlib import Path

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFileDialog, QGridLayout, QHBoxLayout, QLineEdit, QWidget

from carehub.domain.codes import Codebook
from carehub.domain.errors import CareHubError, InvalidInput
from carehub.domain.texts import Texts, mark
from carehub.gui import theme as th
from carehub.gui.jobs import Jobs
from carehub.gui.theme import Theme
from carehub.gui.widgets.basics import Card, button, clear, column, label, line_edit, row
from carehub.gui.widgets.choosing import on_stick
from carehub.gui.widgets.combo import ComboBox
from carehub.gui.widgets.notice import Banner
from carehub.services import cards, opening

ALIKE = mark("The two passwords are not the same.")
WORDS = {"name": mark("Name of the site"), "area": mark("Area code"), "user": mark("Your name"),
         "password": mark("Password"), "again": mark("Password once more")}  # fmt: skip
HINTS = {
    "area": mark("Not known? The first 6 digits of a local identity number."),
    "password": mark("At least 8 characters and not only digits: letters or Chinese characters as well."),
}
SECRET = ("password", "again")
WRONG = {
    opening.NAME_MISSING: "name", opening.AREA_WRONG: "area", opening.NAME_NEEDED: "user",
    opening.PASSWORD_SHORT: "password", opening.PASSWORD_DIGITS: "password", ALIKE: "again",
}  # fmt: skip
"""What is said → the line that is to be mended."""


class FoundingCard(Card):
    """Asks for all that a new store needs; Enter goes from line to line and at the end makes it. Emits `made` with the
    `NewStore`, or `left`; `wanted` names what must be in sight. `home` is the folder new stores are put into."""

    made = Signal(object)
    left = Signal()
    wanted = Signal(QWidget)

    def __init__(self, theme: Theme, tr: Texts, codes: Codebook, jobs: Jobs, home: Path) -> None:
        super().__init__(theme, label(tr("A new store"), "heading"), gap=th.GAP_M)
        self._theme, self._tr, self._jobs, self._home = theme, tr, jobs, home
        self._card_path: Path | None = None
        self._grid = QGridLayout()
        self._grid.setHorizontalSpacing(theme.px(th.GAP_M))
        self._grid.setVerticalSpacing(theme.px(th.GAP_S))
        self._grid.setColumnStretch(1, 1)
        self._level_and_card(codes)
        self.lines: dict[str, QLineEdit] = {}
        for name, word in WORDS.items():
            self._add_line(name, tr(word))
        self._told = column()
        back = button(tr("Back"), self.left.emit, theme=theme, kind="plain")
        self.go = button(tr("Make the store"), self.make, theme=theme, icon="fa6s.check", kind="primary")
        for part in (self._grid, self._told, row(back, 1, self.go)):
            self.body.addLayout(part)
        self.setFixedWidth(round(760 * (1 + (theme.scale - 1) * 0.6)))

    def _level_and_card(self, codes: Codebook) -> None:
        tr = self._tr
        self.level = ComboBox(self._theme, tr("Level"))
        for code in reversed(list(codes["level"])):
            self.level.addItem(tr.pick(code.zh, code.en), code.code)
        self._put(tr("Where this computer is used"), self.level)
        self._card_name = label(tr("none yet: it can come later"), "muted")
        choose = button(tr("Choose the card"), self._choose_card, theme=self._theme, icon="fa6s.id-card")
        line = row(choose, self._card_name, gap=self._theme.px(th.GAP_S))
        line.setStretch(1, 1)
        self._put(tr("The office's card"), line)

    def _put(self, word: str, asked: QWidget | QHBoxLayout, hint: str = "") -> None:
        at = self._grid.rowCount()
        self._grid.addWidget(label(word, wrap=False), at, 0)
        if isinstance(asked, QWidget):
            self._grid.addWidget(asked, at, 1)
        else:
            self._grid.addLayout(asked, at, 1)
        if hint:
            self._grid.addWidget(label(hint, "small"), at + 1, 1)

    def _add_line(self, name: str, word: str) -> None:
        line = self.lines[name] = line_edit(word, secret=name in SECRET)
        names = list(WORDS)
        last = name == names[-1]
        line.returnPressed.connect(self.make if last else partial(self._focus, names[names.index(name) + 1]))
        hint = self._tr(HINTS[name]) if name in HINTS else ""
        if name != "password":
            self._put(word, line, hint)
            return
        self._show = button(self._tr("Show"), self._toggle, theme=self._theme)
        both = row(line, self._show, gap=self._theme.px(th.GAP_S))
        both.setStretch(0, 1)
        self._put(word, both, hint)

    def _focus(self, name: str) -> None:
        """Puts the cursor into a line, which comes into sight; with the last one the button below it does."""
        self.lines[name].setFocus()
        self.wanted.emit(self.go if name == list(WORDS)[-1] else self.lines[name])

    def focus_first(self) -> None:
        """Puts the cursor where typing begins."""
        self._focus("name")

    def _toggle(self) -> None:
        hidden = self.lines["password"].echoMode() is QLineEdit.EchoMode.Password
        for name in SECRET:
            self.lines[name].setEchoMode(QLineEdit.EchoMode.Normal if hidden else QLineEdit.EchoMode.Password)
        self._show.setText(self._tr("Hide") if hidden else self._tr("Show"))

    def _choose_card(self) -> None:
        words = self._tr("Office card") + " (*.carecard)"
        file, _ = QFileDialog.getOpenFileName(self, self._tr("Choose the card"), on_stick(), words)
        if file:
            self.take_card(Path(file))

    def take_card(self, file: Path) -> None:
        """Takes the office's card. One for a lost laptop says which site this is: nothing is typed again."""
        try:
            card = cards.read(file)
        except CareHubError as error:
            self._failed(error)
            return
        successor = card.replaces
        self._card_path = file
        self._card_name.setText(file.name)
        if not self.lines["area"].text():
            self.lines["area"].setText(card.certificate.request.area)
        for name in ("name", "area"):
            if successor:
                self.lines[name].setText(getattr(successor, name))
            self.lines[name].setEnabled(successor is None)
        self.level.setEnabled(successor is None)
        if successor:
            self.level.setCurrentIndex(self.level.findData(successor.level))
            told = self._tr(
                "This laptop takes over “{site}”; its records come with the return bundle.", site=successor.name
            )
            self._say("info", told)
            self._focus("user")

    def make(self) -> None:
        """Makes the store on the worker: making keys and hashing takes a moment."""
        told = {name: line.text() for name, line in self.lines.items()}
        if not told["user"].strip():
            self._failed(InvalidInput(opening.NAME_NEEDED))
            return
        if told["password"] != told["again"]:
            self._failed(InvalidInput(ALIKE))
            return
        self.go.setEnabled(False)
        work = partial(
            opening.begin, self._home / (told["name"].strip() or "carehub"), level=str(self.level.currentData()),
            name=told["name"], area=told["area"], password=told["password"], user=told["user"], card=self._card_path,
            language=self._tr.language,
        )  # fmt: skip
        self._jobs.call(work, self.made.emit, self._failed)

    def _failed(self, error: Exception) -> None:
        """Says what is to be mended and puts the cursor there."""
        self.go.setEnabled(True)
        self._say("alarm", self._tr.error(error) if isinstance(error, CareHubError) else str(error))
        wrong = WRONG.get(error.message) if isinstance(error, CareHubError) else None
        if wrong:
            self._focus(wrong)
            self.lines[wrong].selectAll()

    def _say(self, kind: str, text: str) -> None:
        clear(self._told)
        self._told.addWidget(Banner(self._theme, kind, text))
