"""The form of a sheet that came back: in the order of the paper, almost everything said with one key."""

from collections.abc import Mapping, Sequence
from datetime import date

from carehub.domain import follow_up
from carehub.domain.care import CHECK_FIELDS, Visit
from carehub.domain.codes import Codebook
from carehub.domain.drafts import Problem
from carehub.domain.facts import Fact, Kind
from carehub.domain.texts import Texts
from carehub.gui.editors import Editor
from carehub.gui.forms import Form, References
from carehub.gui.theme import Theme
from carehub.gui.visits.keys import CheckEditor, NoteEditor, ShortDayEditor
from carehub.services import entry

FIELDS = (
    "done_on", "present", "minutes", "visitors", "way", "volunteer_id", *CHECK_FIELDS, "note", "needs", "measures",
    "next_on",
)  # fmt: skip
FILLED = ("way", "volunteer_id")
"""Known before anybody types: Enter passes them by, Tab does not."""


class EntryForm(Form):
    """Enter goes from one thing the paper tells to the next; after the last it saves."""

    ahead = 3

    def __init__(
        self, tr: Texts, codes: Codebook, theme: Theme, references: References, asked: Mapping[str, Fact] | None = None
    ) -> None:
        super().__init__(Visit, tr, codes, theme, fields=FIELDS, extra=asked, references=references)
        self.proposed = ""

    def make_editor(self, fact: Fact, options: Sequence[tuple[str, str]]) -> Editor:
        theme, tr = self._theme, self._tr
        if fact.name in CHECK_FIELDS:
            return CheckEditor(theme, tr, [(c.code, tr.pick(c.zh, c.en)) for c in self._codes[fact.codes]])
        if fact.name == "next_on":
            return ShortDayEditor(theme, tr, past=False, near=self._done)
        if fact.kind is Kind.DATE and fact.name in FIELDS:
            return ShortDayEditor(theme, tr, past=True)
        if fact.kind is Kind.LONG:
            return NoteEditor(theme, tr)
        return super().make_editor(fact, options)

    def _done(self) -> date:
        return self.done() or date.today()

    def done(self) -> date | None:
        """The day of the visit as it is typed."""
        editor = self.fields["done_on"].editor
        assert isinstance(editor, ShortDayEditor)
        return editor.day()

    def checks(self) -> dict[str, str]:
        """What is ticked."""
        return {name: self.fields[name].editor.text() for name in CHECK_FIELDS}

    def stops_at(self, name: str) -> bool:
        """Fields that are filled already are passed by; visitors are asked for while fewer than two are named."""
        if name == "visitors":
            return len(follow_up.people(self.fields[name].editor.text())) < follow_up.TWO
        return name not in FILLED

    def propose(self, day: date) -> None:
        """Puts the proposed next day in, unless somebody typed another."""
        editor = self.fields["next_on"].editor
        if editor.text() in ("", self.proposed):
            self.proposed = day.isoformat()
            editor.set_text(self.proposed)

    def ask_for_note(self) -> None:
        """Says beneath the note, as soon as a danger is ticked, that it must be written down."""
        self.fields["note"].show_problem(self._note_problem(), calm=True)

    def _note_problem(self) -> Problem | None:
        seen = follow_up.dangers(self.checks())
        if not seen or self.fields["note"].editor.text().strip():
            return None
        names = "、".join(self._tr(self.fields[name].fact.label) for name in seen)
        return Problem("note", "missing", entry.NOTE_NEEDED, {"checks": names})

    def _problems(self) -> dict[str, Problem]:
        found = super()._problems()
        if problem := self._note_problem():
            found.setdefault("note", problem)
        return found
