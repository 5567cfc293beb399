"""One pairing: its kind and days, and the agreement that came back signed."""

from datetime import date

from PySide6.QtWidgets import QWidget

from carehub.domain.care import Pairing
from carehub.gui.forms import Form
from carehub.gui.generic import FormPage
from carehub.gui.widgets.basics import Card, clear, label
from carehub.services import pairing, records
from carehub.store.store import Touched

FIELDS = ("signed_on", "kind", "started_on")


class AgreementPage(FormPage):
    """`agreement/<id>`, also by the number on the paper: today is offered as the day on which it was signed."""

    record = Pairing

    def make_form(self) -> Form:
        return Form(Pairing, self.texts, self.desk.codes, self.theme, fields=FIELDS)

    def head(self) -> QWidget:
        self.about = Card(self.theme)
        return self.about

    @property
    def title(self) -> str:
        return self.texts("Pairing agreement")

    def open(self, argument: str) -> None:
        told = pairing.told(self.desk, argument)
        tr = self.texts
        clear(self.about.body)
        self.about.body.addWidget(label(f"{told.child} ← {told.volunteer}", "strong"))
        signed = told.pairing.signed_on
        words = (
            tr("Signed on {day} already.", day=signed)
            if signed
            else tr("Has the signed agreement come back? Check the day and save.")
        )
        self.about.body.addWidget(label(words, "muted"))
        super().open(argument)

    def load(self) -> dict[str, object]:
        found = records.get(self.desk, Pairing, self.row_id)
        return {name: getattr(found, name) for name in FIELDS} | {"signed_on": found.signed_on or date.today()}

    def store(self) -> Touched:
        """Also the day that was only offered is saved."""
        return records.edit(self.desk, Pairing, self.row_id, self.form.values())[1]
