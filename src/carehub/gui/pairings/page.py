"""Pairings: who looks after whom, since when, and whether it goes on."""

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


class PairingFormPage(FormPage):
    """One pairing."""

    record = Pairing

    def references(self) -> dict[str, list[tuple[str, str]]]:
        return {"child_id": records.choices(self.desk, Child), "volunteer_id": records.choices(self.desk, Volunteer)}
