"""Recording a paper with its purposes in one step, and withdrawing with a word about what follows."""

from datetime import date

from PySide6.QtWidgets import QWidget

from carehub.domain.errors import CareHubError, InvalidInput
from carehub.domain.protection import OWN_CONSENT_AGE, Consent
from carehub.domain.retention import years_after
from carehub.gui import theme as th
from carehub.gui.consents.tick import Tick
from carehub.gui.desktop import Desktop, Page
from carehub.gui.forms import Form
from carehub.gui.generic import FormPage
from carehub.gui.widgets.basics import Card, button, clear, column, label, line_edit, row
from carehub.gui.widgets.notice import Banner
from carehub.services import children, consents
from carehub.services.consents import NEEDED, State
from carehub.store.store import Touched

FIELDS = ("given_by", "name", "relation", "given_on", "expires_on", "wording")


class ConsentFormPage(FormPage):
    """`consent/<child>`: the purposes ticked on the paper, and who signed it."""

    record = Consent

    def __init__(self, desktop: Desktop) -> None:
        self._child_id, self._child_name = "", ""
        super().__init__(desktop)

    def make_form(self) -> Form:
        return Form(Consent, self.texts, self.desk.codes, self.theme, fields=FIELDS)

    def head(self) -> QWidget:
        card = Card(self.theme, label(self.texts("To what? Tick what is ticked on the paper."), "strong"))
        self.boxes: dict[str, Tick] = {}
        for code in self.desk.codes["consent_purpose"]:
            box = Tick(self.theme, self.texts.pick(code.zh, code.en))
            self.boxes[code.code] = box
            card.body.addWidget(box)
        return card

    @property
    def title(self) -> str:
        return self.texts("Consent: {child}", child=self._child_name)

    @property
    def draft_key(self) -> str:
        return f"consent/{self._child_id}"

    def open(self, argument: str) -> None:
        self._child_id = argument
        self._child_name = children.read(self.desk, [argument])[0].child.name
        for code, box in self.boxes.items():
            box.setChecked(code in NEEDED)
        super().open("new")

    def load(self) -> dict[str, object]:
        file = children.read(self.desk, [self._child_id])[0]
        today = date.today()
        values: dict[str, object] = {"given_by": "guardian", "given_on": today, "expires_on": years_after(today, 1)}
        if file.guardian:
            values |= {"name": file.guardian.name, "relation": file.guardian.relation}
        found = {s.purpose: s.state for s in consents.of_child(self.desk, self._child_id)}
        if State.OWN_MISSING in found.values():  # from 14: the guardian's paper is there, the child's is next
            values |= {"given_by": "child", "name": file.child.name, "relation": None}
        return values

    def store(self) -> Touched:
        chosen = [code for code, box in self.boxes.items() if box.isChecked()]
        return consents.record(self.desk, self._child_id, chosen, self.form.values())


class WithdrawPage(Page):
    """`withdraw/<child>`: what stands, what would follow, and one button."""

    tables = frozenset({"consent"})

    def __init__(self, desktop: Desktop) -> None:
        super().__init__(desktop)
        self._child_id, self._child_name = "", ""
        self.boxes: dict[str, Tick] = {}
        self._body = self.lay_out()

    @property
    def title(self) -> str:
        return self.texts("Withdraw consent: {child}", child=self._child_name)

    def open(self, argument: str) -> None:
        self._child_id, self.stale = argument, True
        self._child_name = children.read(self.desk, [argument])[0].child.name

    def reload(self) -> None:
        tr, theme = self.texts, self.theme
        clear(self._body)
        self.boxes = {}
        found = consents.of_child(self.desk, self._child_id)
        card = Card(theme, label(tr("To what is consent withdrawn?"), "strong"), gap=th.GAP_M)
        for standing in found:
            if standing.state in (State.MISSING, State.WITHDRAWN):
                continue
            box = Tick(theme, self.desk.codes["consent_purpose"].name_of(standing.purpose, tr))
            box.toggled.connect(self._show_effects)
            self.boxes[standing.purpose] = box
            card.body.addWidget(box)
        self._effects = column(gap=theme.px(th.GAP_S))
        self.who = line_edit(tr("Who withdraws? Name"))
        self.who.setPlaceholderText(tr("Who withdraws? Name"))
        self.do = button(tr("Withdraw consent"), self.withdraw, theme=theme, icon="fa6s.rotate-left", kind="primary")
        cancel = button(tr("Cancel"), self.frame.go_back, theme=theme)
        card.body.addLayout(self._effects)
        card.body.addWidget(self.who)
        card.body.addLayout(row(1, cancel, self.do, gap=theme.px(th.GAP_S)))
        told = tr("From {age} on the child may withdraw by itself as well.", age=OWN_CONSENT_AGE)
        self._body.addWidget(card)
        self._body.addWidget(label(told, "muted"))
        self._body.addStretch(1)
        self._show_effects()

    def _show_effects(self) -> None:
        """Says what follows before anything is done."""
        clear(self._effects)
        chosen = [purpose for purpose, box in self.boxes.items() if box.isChecked()]
        for purpose in chosen:
            self._effects.addWidget(Banner(self.theme, "caution", self.texts(consents.EFFECTS[purpose])))
        self.do.setEnabled(bool(chosen))

    def withdraw(self) -> None:
        """Withdraws what is ticked; it can be taken back like any other step."""
        chosen = [purpose for purpose, box in self.boxes.items() if box.isChecked()]
        try:
            if not chosen:
                raise InvalidInput(consents.NO_PURPOSE)
            touched = consents.withdraw(self.desk, self._child_id, chosen, self.who.text())
        except CareHubError as error:
            self.frame.complain(error)
            return
        self.frame.go_back()
        self.frame.saved(touched)
