"""Pairings: who looks after whom, since when, and whether it goes on."""

from PySide6.QtWidgets import QWidget

from carehub.domain.care import Pairing
from carehub.domain.people import Child, Volunteer
from carehub.domain.texts import mark
from carehub.gui.generic import FormPage
from carehub.gui.lists.page import ListPage
from carehub.services import records
from carehub.store.queries import Wanted


class PairingsPage(ListPage):
    """All pairings, the latest first."""

    record = Pairing
    tables = frozenset({"pairing", "child", "volunteer"})
    form_address = "pairing/new"
    open_as = "pairing"
    add_word = mark("Add a pairing")
    empty_hint = mark("Write down which volunteer looks after which child.")
    few = ("child_id", "volunteer_id", "started_on")
    first = Wanted(order="started_on", descending=True)

    def _usual_buttons(self) -> list[QWidget]:
        """Pairings are made where the child is known: in its room."""
        made = super()._usual_buttons()
        made[-1].setVisible(not self.desk.is_office)
        return made


class PairingFormPage(FormPage):
    """One pairing."""

    record = Pairing

    def references(self) -> dict[str, list[tuple[str, str]]]:
        """Everybody for a new pairing; one on file keeps its child, whom nobody looks for among thousands."""
        known = records.get(self.desk, Pairing, self.row_id) if self.row_id else None
        children = [known.child_id] if known else []
        own = [(child.id, child.name) for child in records.fetch(self.desk, Child, children)]
        return {
            "child_id": own or records.choices(self.desk, Child),
            "volunteer_id": records.choices(self.desk, Volunteer),
        }
