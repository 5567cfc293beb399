"""Typing in a counselling talk."""

from datetime import date

from carehub.domain.protection import Talk
from carehub.domain.texts import mark
from carehub.gui.owned_form import OwnedFormPage
from carehub.services import talks
from carehub.store.store import Touched


class TalkFormPage(OwnedFormPage):
    """A new talk is today's, held by whoever types it in."""

    record = Talk
    titled = mark("Talk: {child}")

    def load(self) -> dict[str, object]:
        return super().load() if self.row_id else {"held_on": date.today(), "counsellor": self.desk.user.name}

    def store(self) -> Touched:
        return super().store() if self.row_id else talks.add(self.desk, self.values())[1]
