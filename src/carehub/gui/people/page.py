"""Volunteers: the generic list and form, and the hours that follow from what a volunteer did."""

from datetime import date

from PySide6.QtWidgets import QWidget

from carehub.domain.people import Volunteer
from carehub.domain.texts import mark
from carehub.gui import theme as th
from carehub.gui.generic import FormPage
from carehub.gui.lists.page import ListPage, Way
from carehub.gui.pairing.card import PairingsCard
from carehub.gui.widgets.basics import Card, button, clear, column, label
from carehub.services import hours


class VolunteersPage(ListPage):
    """All volunteers of this site, or of all sites below."""

    record = Volunteer
    tables = frozenset({"volunteer"})
    form_address = "volunteer-form/new"
    open_as = "volunteer-form"
    few = ("name", "birth", "phone", "kind")
    add_word = mark("Add a volunteer")
    empty_hint = mark("Take in the old list of volunteers, or add them one by one.")

    def further_ways(self) -> list[Way]:
        return [(self.texts("Take in a ledger"), self.frame.take_in_ledger)]

    def more_buttons(self) -> list[QWidget]:
        return [button(self.texts("Pairing"), lambda: self.frame.open_address("pairings"), theme=self.theme,
                       icon="fa6s.link")]  # fmt: skip


class VolunteerFormPage(FormPage):
    """One volunteer."""

    record = Volunteer

    def head(self) -> QWidget:
        self.hours = Card(self.theme)
        self._children = column()
        head = QWidget()
        head.setLayout(column(self.hours, self._children, gap=self.theme.px(th.GAP_M)))
        return head

    def open(self, argument: str) -> None:
        super().open(argument)
        clear(self.hours.body)
        self.hours.setVisible(bool(self.row_id))
        clear(self._children)
        if self.row_id:
            self._show_hours()
            self._children.addWidget(PairingsCard(self.desktop, volunteer_id=self.row_id))

    def _show_hours(self) -> None:
        """Hours of this year and of all years, and of what they are made up."""
        tr, year = self.texts, date.today().year
        whole, lately = hours.of_volunteer(self.desk, self.row_id), hours.of_volunteer(self.desk, self.row_id, year)
        sums = tr(
            "Hours this year {lately}, altogether {whole}",
            lately=hours.told(tr, lately.total.minutes),
            whole=hours.told(tr, whole.total.minutes),
        )
        parts = tr(
            "Visits {visits}, activities {activities}, patrols {patrols}; nothing of this is typed in.",
            visits=whole.visits.times,
            activities=whole.activities.times,
            patrols=whole.patrols.times,
        )
        self.hours.body.addWidget(label(sums, "strong"))
        self.hours.body.addWidget(label(parts, "muted"))
        if whole.total.untimed:
            told = tr("{count} of them say nothing of how long they took, and are not counted.",
                      count=whole.total.untimed)  # fmt: skip
            self.hours.body.addWidget(label(told, "muted"))
