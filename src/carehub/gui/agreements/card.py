"""The care agreements of a child: who looks after it, from when until when, signed or not."""

from PySide6.QtWidgets import QLayout

from carehub.domain.agreements import CareAgreement
from carehub.domain.facts import facts_of
from carehub.domain.rights import Right
from carehub.gui import theme as th
from carehub.gui.desktop import Desktop
from carehub.gui.widgets.basics import Card, button, column, label, row
from carehub.gui.widgets.flow import flow
from carehub.services import care_agreements, labels


class AgreementsCard(Card):
    """Lists the agreements, the one that counts first; a new one and the paper are one click away."""

    def __init__(self, desktop: Desktop, child_id: str) -> None:
        tr, theme = desktop.tr, desktop.theme
        super().__init__(theme)
        self._d = desktop
        found = care_agreements.of_child(desktop.desk, child_id)
        head = row(label(tr("Care agreement"), "heading"), 1)
        if desktop.desk.may(Right.WRITE):
            word = tr("Renew the agreement") if found else tr("New agreement")
            go = desktop.frame.open_address
            head.addWidget(button(word, lambda: go(f"care_agreement/{child_id}"), theme=theme, icon="fa6s.plus"))
        self.body.addLayout(head)
        if not found:
            told = tr("No agreement yet. One is needed where the parents leave the child with somebody else.")
            self.body.addWidget(label(told, "muted"))
        names = care_agreements.carer_names(desktop.desk, found)
        for agreement in found:
            self.body.addLayout(self._line(agreement, names[agreement.id]))

    def _line(self, agreement: CareAgreement, carer: str) -> QLayout:
        tr, theme, go, facts = self._d.tr, self._d.theme, self._d.frame.open_address, facts_of(CareAgreement)
        period = tr("{first} to {last}", first=agreement.from_on or "", last=agreement.until_on or "")
        signed = tr("Signed on {day}", day=agreement.signed_on) if agreement.signed_on else tr("Not signed yet")
        contact = labels.show_fact(self._d.desk, facts["contact"], agreement.contact)
        told = "　".join(x for x in (signed, tr("parents get in touch {how}", how=contact) if contact else "") if x)
        tools = []
        if self._d.desk.may(Right.TAKE_OUT):
            tools.append(button(tr("Print the agreement"), lambda: go(f"papers/care-agreement/{agreement.id}"),
                                theme=theme, icon="fa6s.print"))  # fmt: skip
        show = button(tr("Open"), lambda: go(f"care_agreement/{agreement.id}"), theme=theme)
        show.setAccessibleName(tr("Open the agreement of {day}", day=agreement.from_on or ""))
        words = column(label(f"{carer}　{period}", "strong"), label(told, "muted"), gap=theme.px(th.GAP_XS))
        return column(words, flow(theme, *tools, show), gap=theme.px(th.GAP_S))
