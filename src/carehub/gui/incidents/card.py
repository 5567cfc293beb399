"""Mandatory reports about a child, for those who may know of them, and the button for a new one."""

from PySide6.QtWidgets import QLayout

from carehub.domain.protection import Incident
from carehub.gui import theme as th
from carehub.gui.desktop import Desktop
from carehub.gui.widgets.basics import Card, button, column, label, row
from carehub.services import incidents


class IncidentsCard(Card):
    """One quiet line while there is none; each report with its receipt of the police."""

    def __init__(self, desktop: Desktop, child_id: str) -> None:
        tr, theme = desktop.tr, desktop.theme
        super().__init__(theme)
        report = button(
            tr("Mandatory report"), lambda: desktop.frame.open_address(f"incident/{child_id}"), theme=theme,
            icon="fa6s.phone", kind="danger",
        )  # fmt: skip
        self.body.addLayout(row(label(tr("Mandatory reports"), "heading"), 1, report))
        told = tr("If the child may be hurt, abused or neglected: call 110 first, then write it down here.")
        self.body.addWidget(label(told, "muted"))
        for row_ in incidents.of_child(desktop.desk, child_id):
            self.body.addLayout(self._line(desktop, row_))

    def _line(self, desktop: Desktop, incident: Incident) -> QLayout:
        tr, theme = desktop.tr, desktop.theme
        called = tr("110 called on {day} at {time}", day=incident.police_on or "", time=incident.police_time or "")
        receipt = tr("Receipt: {number}", number=incident.receipt_no or tr("not there yet"))
        show = button(tr("Open"), lambda: desktop.frame.open_address(f"incident/{incident.id}"), theme=theme)
        show.setAccessibleName(tr("Open the report of {day}", day=incident.police_on or ""))
        lines = column(label(called, "strong"), label(receipt, "muted"), gap=theme.px(th.GAP_XS))
        line = row(lines, show, gap=theme.px(th.GAP_M))
        line.setStretch(0, 1)
        return line
