"""A patrol log that came back: its rounds are typed in one after another."""

from dataclasses import replace

from PySide6.QtWidgets import QWidget

from carehub.domain.activities import Patrol, PatrolSheet
from carehub.domain.sheet_number import grouped
from carehub.domain.texts import mark
from carehub.gui.lists.page import ListPage
from carehub.gui.widgets.basics import button
from carehub.services import records
from carehub.store.queries import Wanted


class PatrolSheetPage(ListPage):
    """`patrol-sheet/<id>`: the rounds that stand on one log."""

    record = Patrol
    tables = frozenset({"patrol", "patrol_sheet", "volunteer"})
    open_as = "patrol"
    add_word = mark("Add a patrol")
    usual = ("patrolled_on", "cafe", "volunteer_id", "minutes", "found", "told")
    few = ("patrolled_on", "cafe", "volunteer_id", "found")
    first = Wanted(order="patrolled_on")
    _number = ""
    _id = ""

    @property
    def title(self) -> str:
        return self.texts("Patrol log {number}", number=self._number)

    def open(self, argument: str) -> None:
        sheet = records.get(self.desk, PatrolSheet, argument)
        self._id, self._number = sheet.id, grouped(sheet.sheet_no or "")
        self.wanted = replace(self.first, filters={"sheet_id": sheet.id})
        self.filters.show_conditions(())
        self.stale = True

    def more_buttons(self) -> list[QWidget]:
        again = button(self.texts("Print it again"), lambda: self.frame.open_address(f"papers/patrol-sheet/{self._id}"),
                       theme=self.theme, icon="fa6s.print")  # fmt: skip
        return [again]

    def _add(self) -> None:
        self.frame.open_address(f"patrol/{self._id}")
