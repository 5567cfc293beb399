"""What the township wants of pairings."""

from PySide6.QtCore import QSignalBlocker

from carehub.domain.errors import CareHubError
from carehub.domain.rights import Right
from carehub.gui import theme as th
from carehub.gui.consents.tick import Tick
from carehub.gui.desktop import Desktop
from carehub.gui.widgets.basics import Card, label
from carehub.services import proposals


class PairingCard(Card):
    """Whether volunteers and children are to be of one sex: said at an office by its head, and true of all below."""

    def __init__(self, desktop: Desktop) -> None:
        theme, tr = desktop.theme, desktop.tr
        super().__init__(theme, label(tr("Pairing"), "heading"), gap=th.GAP_M)
        self._desktop = desktop
        self.same_sex = Tick(theme, tr("Pair only children and volunteers of the same sex"))
        self.same_sex.setEnabled(desktop.desk.is_office and desktop.desk.may(Right.USERS))
        self.same_sex.toggled.connect(self._set)
        told = (
            tr("Care rooms and schools below hear of it with their next return bundle.")
            if desktop.desk.is_office
            else tr("The office above says so; it comes with the return bundle.")
        )
        self.body.addWidget(self.same_sex)
        self.body.addWidget(label(told, "muted"))
        self.reload()

    def reload(self) -> None:
        """Reads again how it stands."""
        with QSignalBlocker(self.same_sex):
            self.same_sex.setChecked(proposals.same_sex(self._desktop.desk))

    def _set(self, wanted: bool) -> None:
        try:
            touched = proposals.set_same_sex(self._desktop.desk, wanted)
        except CareHubError as error:
            self.reload()
            self._desktop.frame.complain(error)
            return
        self._desktop.frame.saved(touched)
