"""Typing in a care agreement."""

from carehub.domain.agreements import CareAgreement
from carehub.domain.people import FamilyMember
from carehub.domain.texts import mark
from carehub.gui.owned_form import OwnedFormPage
from carehub.services import care_agreements, children
from carehub.store.store import Touched


class CareAgreementFormPage(OwnedFormPage):
    """`care_agreement/<child>` begins a new one with what is on file, `care_agreement/<row>` opens one."""

    record = CareAgreement
    titled = mark("Care agreement: {child}")

    def references(self) -> dict[str, list[tuple[str, str]]]:
        """The family of this file; who is not in it is written by name."""
        found = children.read(self.desk, [self.child_id])
        family = [m for file in found for m in file.family if m.child_id == self.child_id]
        return {"carer_id": [(m.id, self._told(m)) for m in family]}

    def _told(self, member: FamilyMember) -> str:
        relation = self.desk.codes["relation"].name_of(member.relation, self.texts) if member.relation else ""
        return "　".join(x for x in (member.name or self.texts("(name unknown)"), relation) if x)

    def load(self) -> dict[str, object]:
        return super().load() if self.row_id else care_agreements.suggested(self.desk, self.child_id)

    def store(self) -> Touched:
        return super().store() if self.row_id else care_agreements.add(self.desk, self.values())[1]
