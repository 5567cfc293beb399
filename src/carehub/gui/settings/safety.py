"""Locking by itself, and the way to the access log."""

from PySide6.QtWidgets import QComboBox

from carehub.domain.rights import Right
from carehub.gui import idle
from carehub.gui import theme as th
from carehub.gui.desktop import Desktop
from carehub.gui.widgets.basics import Card, button, label, row
from carehub.services import preferences


class SafetyCard(Card):
    """After how many minutes the window locks; for the head also who looked at what."""

    def __init__(self, desktop: Desktop) -> None:
        theme, tr, desk = desktop.theme, desktop.tr, desktop.desk
        super().__init__(theme, label(tr("Safety"), "heading"), gap=th.GAP_M)
        self._desktop = desktop
        self.minutes = QComboBox()
        words = tr("Lock when nobody touches the laptop for")
        self.minutes.setAccessibleName(words)
        for minutes in idle.MINUTES:
            self.minutes.addItem(tr("{count} minutes", count=minutes), minutes)
        self.minutes.setCurrentIndex(self.minutes.findData(preferences.lock_minutes(desk, idle.STANDARD)))
        self.minutes.setEnabled(desk.may(Right.USERS))
        self.minutes.activated.connect(self._set)
        self.body.addLayout(row(label(words), self.minutes, 1, gap=theme.px(th.GAP_S)))
        if desk.may(Right.LOG):
            go = button(tr("Who looked at what"), lambda: desktop.frame.open_address("accesses"), theme=theme,
                        icon="fa6s.eye")  # fmt: skip
            self.body.addLayout(row(go, 1))

    def _set(self) -> None:
        minutes = self.minutes.currentData()
        preferences.set_lock_minutes(self._desktop.desk, minutes)
        self._desktop.frame.lock_after(minutes)
