"""The bed a child sleeps in this term."""

from datetime import date

from carehub.domain.errors import CareHubError
from carehub.domain.rights import Right
from carehub.domain.school import BoardingPlace
from carehub.gui.children.summary import facts_grid
from carehub.gui.desktop import Desktop
from carehub.gui.widgets.basics import Card, button, label, row
from carehub.services import records

SHOWN = ("term", "school", "building", "room", "bed", "ended_on")


class BedCard(Card):
    """Which bed, and a way to say that the child has left it before the end of the term."""

    def __init__(self, desktop: Desktop, place: BoardingPlace) -> None:
        tr, theme = desktop.tr, desktop.theme
        grid = facts_grid(desktop, place, SHOWN, pairs=2 if theme.scale < 1.5 else 1)
        super().__init__(theme, label(tr("Boarding place"), "heading"), grid)
        self._d, self._place = desktop, place
        if desktop.desk.may(Right.WRITE) and place.ended_on is None:
            leave = button(tr("Has left the bed"), self.leave, theme=theme, icon="fa6s.person-walking-luggage")
            self.body.addLayout(row(leave, 1))

    def leave(self) -> None:
        """Another child may have the bed from now on; undo puts the child back."""
        try:
            _, touched = records.edit(self._d.desk, BoardingPlace, self._place.id, {"ended_on": date.today()})
        except CareHubError as error:
            self._d.frame.complain(error)
            return
        self._d.frame.saved(touched)
