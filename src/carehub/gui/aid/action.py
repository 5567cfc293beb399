"""One step with one row: a few fields, a button, and back. What the step does is said by a service."""

from collections.abc import Mapping
from typing import ClassVar

from PySide6.QtWidgets import QWidget

from carehub.domain.facts import Fact
from carehub.gui.desktop import Desktop
from carehub.gui.forms import Form
from carehub.gui.generic import FormPage
from carehub.gui.widgets.basics import label
from carehub.store.store import Touched


class ActionPage(FormPage):
    """`address/<row>`: `own` fields of the record and `extra` ones are typed in; `act` does it."""

    address: ClassVar[str]
    titled: ClassVar[str]
    own: ClassVar[tuple[str, ...]] = ()
    extra: ClassVar[Mapping[str, Fact]] = {}

    def __init__(self, desktop: Desktop) -> None:
        self.of = ""
        self._about = label("", "strong")
        super().__init__(desktop)

    def make_form(self) -> Form:
        return Form(self.record, self.texts, self.desk.codes, self.theme, fields=self.own, extra=self.extra)

    def head(self) -> QWidget:
        return self._about

    @property
    def title(self) -> str:
        return self.texts(self.titled)

    @property
    def draft_key(self) -> str:
        return f"{self.address}/{self.of}"

    def open(self, argument: str) -> None:
        self.of = argument
        self._about.setText(self.about())
        self._about.setVisible(bool(self._about.text()))
        super().open("")

    def about(self) -> str:
        """What the step is about, above the fields."""
        return ""

    def start(self) -> dict[str, object]:
        """What the fields begin with."""
        return {}

    def load(self) -> dict[str, object]:
        return self.start()

    def store(self) -> Touched:
        return self.act(self.form.values())

    def act(self, values: dict[str, object]) -> Touched:
        """Does it; raises `CareHubError`."""
        raise NotImplementedError
