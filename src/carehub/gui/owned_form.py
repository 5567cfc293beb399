"""Forms for what belongs to a child: opened with the child for a new one, or with the row itself."""

from typing import ClassVar

from carehub.domain.record import Record
from carehub.gui.desktop import Desktop
from carehub.gui.forms import Form
from carehub.gui.generic import FormPage
from carehub.services import children, records


class OwnedFormPage(FormPage):
    """`talk/<child>` begins a new row of the child, `talk/<row>` opens one."""

    titled: ClassVar[str]
    """Message id of the title, with {child}."""

    def __init__(self, desktop: Desktop) -> None:
        self.child_id, self._child_name = "", ""
        super().__init__(desktop)

    def make_form(self) -> Form:
        fields = [name for name in super().make_form().fields if name != "child_id"]
        return Form(self.record, self.texts, self.desk.codes, self.theme, fields=fields)

    @property
    def title(self) -> str:
        return self.texts(self.titled, child=self._child_name)

    @property
    def draft_key(self) -> str:
        return f"{self.record.__tablename__}/{self.row_id or self.child_id}"

    def open(self, argument: str) -> None:
        found: list[Record] = records.fetch(self.desk, self.record, [argument])
        self.child_id = str(getattr(found[0], "child_id", "")) if found else argument
        file = children.read(self.desk, [self.child_id])
        self._child_name = file[0].child.name if file else ""
        super().open(found[0].id if found else "")

    def values(self) -> dict[str, object]:
        """What is to be saved of a new row."""
        return {**self.form.values(), "child_id": self.child_id}
