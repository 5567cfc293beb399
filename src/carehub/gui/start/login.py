"""Signing in."""

from pathlib import Path

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QLineEdit, QWidget

from carehub.domain.errors import CareHubError, StoreError
from carehub.domain.texts import Texts
from carehub.gui import theme as th
from carehub.gui.jobs import Jobs
from carehub.gui.start.recovery import RecoveryCard
from carehub.gui.start.restoring import RestoreCard
from carehub.gui.theme import Theme
from carehub.gui.widgets.basics import Card, button, clear, column, label, line_edit, look, row, scrolling
from carehub.gui.widgets.notice import Banner
from carehub.gui.widgets.sizes import size_switch
from carehub.services import backups, opening
from carehub.services.desk import Desk


class LoginPage(QWidget):
    """Name and password for one store. Emits `signed_in` with the desk."""

    signed_in = Signal(object)
    other_store = Signal()
    practised = Signal()
    sized = Signal(int)

    def __init__(self, theme: Theme, tr: Texts, jobs: Jobs, store: Path, user: str = "") -> None:
        super().__init__()
        look(self, "page")
        self._tr, self._jobs, self._store, self._theme = tr, jobs, store, theme
        self.user, self.password = line_edit(tr("Your name"), user), line_edit(tr("Password"), secret=True)
        self.password.returnPressed.connect(self.sign_in)
        self.user.returnPressed.connect(self.password.setFocus)
        self._show = button(tr("Show"), self._toggle, theme=theme)
        self._go = button(tr("Sign in"), self.sign_in, theme=theme, icon="fa6s.right-to-bracket", kind="primary")
        self._told = column()
        self._card = card = Card(theme, gap=th.GAP_M)
        head = row(label(tr("CareHub"), "heading"), size_switch(theme, tr, self.sized.emit))
        head.setStretch(0, 1)
        card.body.addLayout(head)
        card.body.addWidget(label(store.name, "title"))
        card.body.addWidget(label(tr("Your name")))
        card.body.addWidget(self.user)
        card.body.addWidget(label(tr("Password")))
        line = row(self.password, self._show, gap=theme.px(th.GAP_S))
        line.setStretch(0, 1)
        card.body.addLayout(line)
        card.body.addLayout(self._told)
        card.body.addWidget(self._go)
        card.body.addWidget(button(tr("Password forgotten"), self.recover, theme=theme, kind="plain"))
        card.body.addWidget(button(tr("Restore a backup"), self.restore, theme=theme, kind="plain"))
        card.body.addWidget(button(tr("Another store"), self.other_store.emit, theme=theme, kind="plain"))
        practise = tr("Practise in a made-up village")
        card.body.addWidget(button(practise, self.practised.emit, theme=theme, kind="plain"))
        self._width = round(480 * (1 + (theme.scale - 1) * 0.6))
        card.setFixedWidth(self._width)
        self._cards = column(card)
        holder = QWidget()
        holder.setLayout(column(1, row(1, self._cards, 1), 2))
        self.setLayout(column(scrolling(holder)))

        self._finish_restoring()

    def _finish_restoring(self) -> None:
        """Puts in place what was laid ready while the store was open, and says where the former one lies."""
        try:
            former = backups.finish(self._store)
        except CareHubError as error:
            self._told.addWidget(Banner(self._theme, "alarm", self._tr.error(error)))
            return
        if former:
            self._told.addWidget(Banner(self._theme, "good", self._tr(backups.ASIDE, folder=str(former))))

    def restore(self) -> None:
        """Shows the way back for a store that is damaged, or was better some days ago."""
        self._card.hide()
        self.restoring = RestoreCard(self._theme, self._tr, self._jobs, self._store, self.user.text())
        self.restoring.password.setText(self.password.text())
        self.restoring.setFixedWidth(round(self._width * 1.3))
        self.restoring.left.connect(self._leave_restoring)
        self.restoring.restored.connect(self._restored)
        self._cards.addWidget(self.restoring)
        self.restoring.list.setFocus()

    def _leave_restoring(self) -> None:
        self.restoring.hide()
        self.restoring.deleteLater()
        self._card.show()
        self.focus_first()

    def _restored(self, told: list[str]) -> None:
        self._leave_restoring()
        clear(self._told)
        self._told.addWidget(Banner(self._theme, "good", "\n".join(told)))
        self.password.clear()
        self.password.setFocus()

    def recover(self) -> None:
        """Shows the way back in for somebody whose password is lost."""
        self._card.hide()
        self.recovery = RecoveryCard(self._theme, self._tr, self._jobs, self._store, self.user.text())
        self.recovery.setFixedWidth(round(self._width * 1.3))
        self.recovery.left.connect(self._back)
        self.recovery.recovered.connect(self._recovered)
        self._cards.addWidget(self.recovery)
        (self.recovery.password if self.user.text() else self.recovery.user).setFocus()

    def _back(self) -> None:
        self.recovery.hide()
        self.recovery.deleteLater()
        self._card.show()
        self.focus_first()

    def _recovered(self, user: str) -> None:
        self._back()
        self.user.setText(user)
        clear(self._told)
        told = self._tr("“{user}” has a new password and can sign in.", user=user)
        self._told.addWidget(Banner(self._theme, "good", told))
        self.password.setFocus()

    def focus_first(self) -> None:
        (self.password if self.user.text() else self.user).setFocus()

    def _toggle(self) -> None:
        hidden = self.password.echoMode() is QLineEdit.EchoMode.Password
        self.password.setEchoMode(QLineEdit.EchoMode.Normal if hidden else QLineEdit.EchoMode.Password)
        self._show.setText(self._tr("Hide") if hidden else self._tr("Show"))

    def sign_in(self) -> None:
        """Tries name and password; the hashing runs on the worker, the window stays alive."""
        self._go.setEnabled(False)
        password, user = self.password.text(), self.user.text()
        self._jobs.call(
            lambda: opening.sign_in(self._store, password, user, self._tr.language), self._done, self._failed
        )

    def _done(self, desk: Desk) -> None:
        self.password.clear()
        self.signed_in.emit(desk)

    def _failed(self, error: Exception) -> None:
        self._go.setEnabled(True)
        text = self._tr.error(error) if isinstance(error, CareHubError) else str(error)
        clear(self._told)
        back = button(self._tr("Restore a backup"), self.restore, theme=self._theme)
        damaged = isinstance(error, StoreError) and error.message in opening.DAMAGE
        self._told.addWidget(Banner(self._theme, "alarm", text, *([back] if damaged else [])))
        self.password.selectAll()
        self.password.setFocus()
