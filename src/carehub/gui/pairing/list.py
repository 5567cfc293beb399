"""All pairings as a list to filter and to take out; they are made and ended at the place of pairings."""

from PySide6.QtWidgets import QWidget

from carehub.domain.care import Pairing
from carehub.domain.texts import mark
from carehub.gui.lists.page import ListPage
from carehub.store.queries import Wanted


class PairingListPage(ListPage):
    """All pairings, the latest first; Enter opens the agreement of one."""

    record = Pairing
    tables = frozenset({"pairing", "child", "volunteer"})
    form_address = "pairings"
    open_as = "agreement"
    add_word = mark("Pairing")
    empty_hint = mark("Write down which volunteer looks after which child.")
    few = ("child_id", "volunteer_id", "kind", "started_on", "ended_on")
    first = Wanted(order="started_on", descending=True)

    def _usual_buttons(self) -> list[QWidget]:
        made = super()._usual_buttons()
        made[-1].setVisible(not self.desk.is_office)
        return made
