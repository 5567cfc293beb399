"""The first page without a store: open one, or begin a new one."""

from functools import partial
from pathlib import Path

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtWidgets import QFileDialog, QPushButton, QWidget

from carehub.domain.codes import Codebook
from carehub.domain.errors import CareHubError
from carehub.domain.texts import Texts
from carehub.gui import theme as th
from carehub.gui.jobs import Jobs
from carehub.gui.start.code import CodeCard
from carehub.gui.start.founding import FoundingCard
from carehub.gui.start.restoring import RestoreCard
from carehub.gui.theme import Theme
from carehub.gui.widgets.basics import Card, button, clear, column, label, look, row, scrolling
from carehub.gui.widgets.choosing import on_stick
from carehub.gui.widgets.notice import Banner
from carehub.gui.widgets.pdf import choose_printer, print_pages
from carehub.gui.widgets.sizes import size_switch
from carehub.services import backups, printing
from carehub.services.opening import NewStore


class WelcomePage(QWidget):
    """Emits `chosen` with a store's folder, or `begun` with a new store's desk."""

    chosen = Signal(object)
    begun = Signal(object)
    practised = Signal()
    sized = Signal(int)

    def __init__(self, theme: Theme, tr: Texts, codes: Codebook, jobs: Jobs, recent: list[Path], home: Path) -> None:
        super().__init__()
        look(self, "page")
        self._theme, self._tr, self._codes, self._jobs, self._home = theme, tr, codes, jobs, home
        self._recent = recent
        self._body = column(gap=theme.px(th.GAP_M))
        holder = QWidget()
        inner = column(self._body, 1)
        inner.setContentsMargins(*[theme.px(th.GAP_XXL)] * 4)
        holder.setLayout(inner)
        self._area = scrolling(holder)
        self.setLayout(column(self._area))
        self._first(recent)

    def _first(self, recent: list[Path]) -> None:
        tr, theme = self._tr, self._theme
        head = row(label(tr("Welcome to CareHub"), "title"), size_switch(theme, tr, self.sized.emit))
        head.setStretch(0, 1)
        self._body.addLayout(head)
        if recent:
            self._body.addWidget(self._recent_card(recent))
        new = button(tr("Begin a new store"), self._form, theme=theme, icon="fa6s.seedling", kind="primary")
        hint = tr("Begin a new store here: say where it is used, your name and a password. It takes some two minutes.")
        self._card(tr("For the first time"), hint, new)
        old = button(tr("Open a store on this computer"), self._ask, theme=theme, icon="fa6s.folder-open")
        back = button(tr("Restore a backup"), self._ask_backup, theme=theme, icon="fa6s.clock-rotate-left")
        self._card(tr("Used before"), tr("The records are on this computer already, or on a stick."), old, back)
        try_it = button(
            tr("Practise in a made-up village"), self.practised.emit, theme=theme, icon="fa6s.graduation-cap"
        )
        told = tr("Try everything without fear: everybody there is made up, and nothing is kept.")
        self._card(tr("Practise"), told, try_it)
        self._stop = new

    def focus_first(self) -> None:
        """Enter begins a new store."""
        self._stop.setFocus()

    def _card(self, heading: str, hint: str, *buttons: QPushButton) -> None:
        line = row(*buttons, 1, gap=self._theme.px(th.GAP_S))
        self._body.addWidget(Card(self._theme, label(heading, "heading"), label(hint, "muted"), line))

    def _recent_card(self, recent: list[Path]) -> Card:
        card = Card(self._theme, label(self._tr("Your stores"), "heading"))
        for folder in recent:
            made = button(folder.name, partial(self.chosen.emit, folder), theme=self._theme, icon="fa6s.house-flag")
            made.setToolTip(str(folder))
            card.body.addWidget(made)
        return card

    def _ask(self) -> None:
        folder = QFileDialog.getExistingDirectory(self, self._tr("Open a store on this computer"), str(self._home))
        if folder:
            self.chosen.emit(Path(folder))

    def _ask_backup(self) -> None:
        folder = QFileDialog.getExistingDirectory(self, self._tr("Look in another folder or on a stick"), on_stick())
        if folder:
            self.restore_from(Path(folder))

    def restore_from(self, folder: Path) -> None:
        """Shows the backups on a stick or in a folder; the store is put where new ones are."""
        try:
            found = backups.found_in(folder, self._home)
        except CareHubError as error:
            self._begin_again()
            self._body.addWidget(Banner(self._theme, "alarm", self._tr.error(error)))
            return
        clear(self._body)
        name = backups.name_of(found[0])
        self.restoring = RestoreCard(self._theme, self._tr, self._jobs, self._home / name)
        site = found[0].kept.about.store
        self.restoring.show_backups([one for one in found if one.kept.about.store == site])
        self.restoring.restored.connect(lambda _: self.chosen.emit(self._home / name))
        self.restoring.left.connect(self._begin_again)
        self._body.addWidget(self.restoring, 0, Qt.AlignmentFlag.AlignHCenter)

    def _begin_again(self) -> None:
        clear(self._body)
        self._first(self._recent)
        self.focus_first()

    def _form(self) -> None:
        clear(self._body)
        self.founding = FoundingCard(self._theme, self._tr, self._codes, self._jobs, self._home)
        self.founding.made.connect(self._made)
        self.founding.left.connect(self._begin_again)
        self.founding.wanted.connect(self._bring)
        self._body.addWidget(self.founding, 0, Qt.AlignmentFlag.AlignHCenter)
        self.founding.focus_first()

    def _bring(self, wanted: QWidget) -> None:
        """Scrolls a part of the form into sight once its place is known."""
        QTimer.singleShot(0, wanted, lambda: self._area.ensureWidgetVisible(wanted, 0, self._theme.row))

    def _made(self, new: NewStore) -> None:
        """The recovery code is typed once more before work begins."""
        clear(self._body)
        self.code = CodeCard(self._theme, self._tr, new, lambda: self._print_code(new))
        self.code.done.connect(lambda: self.begun.emit(new.desk))
        self._body.addWidget(self.code)
        self.code.typed.setFocus()

    def _print_code(self, new: NewStore) -> None:
        printer = choose_printer(self)
        if printer is not None:
            print_pages(printing.recovery_card_pdf(new.desk.site.name, new.recovery_code), printer)
