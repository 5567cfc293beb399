"""The consents of a child in a few lines: what there is, what is missing, what runs out, what was withdrawn."""

from carehub.domain.rights import Right
from carehub.gui.desktop import Desktop
from carehub.gui.widgets.basics import Card, button, label
from carehub.gui.widgets.flow import flow
from carehub.gui.widgets.notice import Banner
from carehub.services import consents
from carehub.services.consents import State

KINDS = {State.WITHDRAWN: "alarm", State.MISSING: "caution", State.EXPIRED: "caution", State.OWN_MISSING: "caution",
         State.EXPIRING: "info"}  # fmt: skip
"""How loudly a state is said; what is given stands in plain words."""


class ConsentCard(Card):
    """One line for each state there is; recording, withdrawing and the paper are one click away."""

    def __init__(self, desktop: Desktop, child_id: str) -> None:
        tr, theme = desktop.tr, desktop.theme
        super().__init__(theme, label(tr("Consents"), "heading"))
        found = consents.of_child(desktop.desk, child_id)
        for state, words in consents.summary(desktop.desk, found):
            self.body.addWidget(Banner(theme, KINDS[state], words) if state in KINDS else label(words))
        go = desktop.frame.open_address
        tools = [
            button(tr("Print the consent form"), lambda: go(f"papers/consent-form/{child_id}"), theme=theme,
                   icon="fa6s.print"),
        ]  # fmt: skip
        if desktop.desk.may(Right.WRITE):
            tools.insert(0, button(tr("Record a consent"), lambda: go(f"consent/{child_id}"), theme=theme,
                                   icon="fa6s.file-signature"))  # fmt: skip
            if any(s.state not in (State.MISSING, State.WITHDRAWN) for s in found):
                tools.append(button(tr("Withdraw"), lambda: go(f"withdraw/{child_id}"), theme=theme,
                                    icon="fa6s.rotate-left"))  # fmt: skip
        self.body.addWidget(flow(theme, *tools))
