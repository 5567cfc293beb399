"""A form made from the facts of a record: one column, grouped as on paper, checked while one types."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from PySide6.QtCore import QPoint, Qt, QTimer, Signal
from PySide6.QtWidgets import QScrollArea, QWidget

from carehub.domain import drafts
from carehub.domain.codes import Codebook
from carehub.domain.drafts import Problem
from carehub.domain.facts import Fact, typed_facts
from carehub.domain.masking import masked
from carehub.domain.record import Record
from carehub.domain.texts import Texts
from carehub.gui import theme as th
from carehub.gui.editors import Editor, editor_for
from carehub.gui.editors.choices import ChoiceEditor, options_of_pairs
from carehub.gui.editors.field import Field, caption_width
from carehub.gui.theme import Theme
from carehub.gui.widgets.basics import Card, column, label, row

PAUSE = 600
"""Milliseconds without a key before what was typed is checked."""
WIDEST = 880
"""A form is not wider than this at the standard size: lines stay short enough to read."""

REMARKS = frozenset({"remark", "alarm"})
"""Kinds of problems that are said and keep nobody from saving."""
AMONG_FIELDS = REMARKS | {"mismatch"}
"""Kinds of problems that another field may bring about, or take away."""

References = Mapping[str, Sequence[tuple[str, str]]]


class Form(QWidget):
    """Edits one record. A new form holds the record's defaults; `set_values` loads a row.

    A value that was loaded and not touched never keeps anybody from saving: what is wrong with it is only remarked.
    """

    edited = Signal()
    submitted = Signal()
    ahead = 1
    """So many rows above and below the field with the cursor are kept in sight."""

    def __init__(
        self,
        record: type[Record],
        tr: Texts,
        codes: Codebook,
        theme: Theme,
        *,
        fields: Sequence[str] | None = None,
        extra: Mapping[str, Fact] | None = None,
        references: References | None = None,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._record, self._tr, self._codes, self._theme = record, tr, codes, theme
        known = typed_facts(record)
        self._own = {name: known[name] for name in (fields if fields is not None else known)}
        self._extra = {name: replace(fact, name=name) for name, fact in (extra or {}).items()}
        self.fields: dict[str, Field] = {}
        self.groups: dict[str, list[Field]] = {}
        """The fields of each group (message id), in their order."""
        self._build([*self._own.values(), *self._extra.values()], references or {})
        self._last = ""
        self._timer = QTimer(self, singleShot=True, interval=PAUSE)
        self._timer.timeout.connect(self._paused)
        self.set_values({name: record.model_fields[name].default for name in self._own})

    # --- values -----------------------------------------------------------------------------------------------

    def set_values(self, values: Mapping[str, object]) -> None:
        """Loads a row: fields that are not named become empty, problems go away, nothing counts as changed."""
        for name, field in self.fields.items():
            field.editor.set_value(values.get(name))
            field.remember()
            field.show_problem(None)
            field.uncover()

    def cover(self, on_show: Callable[[Field], object]) -> None:
        """Masks the sensitive values that were loaded, until somebody asks to look or change them: `on_show` gets the
        field, and uncovers it."""
        for field in self.fields.values():
            if field.fact.sensitive and field.loaded:
                words = self._tr("Look or change")
                field.cover(masked(field.fact, field.loaded), words, on_show)

    def values(self) -> dict[str, object]:
        """Every field in the type of its column; what cannot be kept as it is stays the text that was typed."""
        return {name: self._clean(field, field.editor.text()) for name, field in self.fields.items()}

    def changed_values(self) -> dict[str, object]:
        """The values that differ from what was loaded."""
        return {
            name: self._clean(field, field.editor.text())
            for name, field in self.fields.items()
            if field.touched() and self._clean(field, field.editor.text()) != self._clean(field, field.loaded)
        }

    def is_changed(self) -> bool:
        """Whether anything would be lost by leaving."""
        return bool(self.changed_values())

    def draft(self) -> dict[str, str]:
        """What was typed since loading, as text, finished or not."""
        return {name: field.editor.text() for name, field in self.fields.items() if field.touched()}

    def restore(self, draft: Mapping[str, str]) -> None:
        """Puts a draft over what was loaded; names that are no longer in the form are left out."""
        for name, text in draft.items():
            if name in self.fields:
                self.fields[name].uncover()
                self.fields[name].editor.set_text(text)
                self._check_field(name, calm=False)
        self.edited.emit()

    # --- checks -----------------------------------------------------------------------------------------------

    def check(self) -> bool:
        """Shows every problem and goes to the first that keeps the form from being saved; True if none does."""
        self._timer.stop()
        problems = self._problems()
        first = None
        for name, field in self.fields.items():
            problem = problems.get(name)
            blocks = problem is not None and (problem.kind == "missing" or self._is_news(field, problem))
            field.show_problem(problem, calm=not blocks and not _is_alarm(problem))
            if blocks and first is None:
                first = field
        if first:
            self._go(first)
        return first is None

    def show_problem(self, problem: Problem) -> None:
        """Shows a problem that something else found: a service, another record."""
        if problem.field in self.fields:
            self.fields[problem.field].show_problem(problem)
            self._go(self.fields[problem.field])

    # --- moving about -----------------------------------------------------------------------------------------

    def editor(self, name: str) -> Editor:
        """The editor of a field."""
        return self.fields[name].editor

    def offer(self, name: str, pairs: Sequence[tuple[str, str]]) -> None:
        """Offers other rows, as (id, name), in a field that refers to one."""
        editor = self.fields[name].editor
        assert isinstance(editor, ChoiceEditor)
        editor.set_options(options_of_pairs(pairs))

    def focus_first(self) -> None:
        """Puts the cursor into the first field."""
        first = next(iter(self.fields.values()), None)
        if first:
            self._go(first)

    def stops_at(self, name: str) -> bool:
        """Whether Enter stops at a field on its way down."""
        del name
        return True

    def focus_group(self, group: str) -> None:
        """Puts the cursor into the first field of a group, its card at the top of what is in sight."""
        first = next((f for f in self.groups[group] if not f.covered), self.groups[group][0])
        self.bring_up(self.groups[group][0].parentWidget())
        (first.opener if first.covered else first.editor.target).setFocus(Qt.FocusReason.TabFocusReason)

    def bring_up(self, widget: QWidget | None) -> None:
        """Scrolls a widget of the same page to the top."""
        area = self._area()
        content = area.widget() if area is not None else None
        if area is not None and content is not None and widget is not None:
            top = widget.mapTo(content, QPoint(0, 0)).y()
            area.verticalScrollBar().setValue(top - self._theme.px(th.GAP_M))

    def follow(self, name: str, value: object) -> None:
        """Shows what a field holds since another page or card changed it; what somebody typed over it stays."""
        field = self.fields[name]
        if not field.touched():
            field.editor.set_value(value)
            field.remember()

    def focus(self, name: str) -> None:
        """Puts the cursor into a field and brings it into sight; nothing for a name that is not in the form."""
        if name in self.fields:
            self._go(self.fields[name])

    def _next(self, name: str) -> None:
        names = [n for n, field in self.fields.items() if n == name or (not field.covered and self.stops_at(n))]
        at = names.index(name) + 1
        if at < len(names):
            self._go(self.fields[names[at]])
        else:
            self._left(name)
            self.submitted.emit()

    def _go(self, field: Field) -> None:
        if field.problem is not None:
            field.uncover()  # what is wrong with it must be seen to be mended
        field.editor.focus(mend=field.problem is not None)
        area = self._area()
        if area is not None:
            area.ensureWidgetVisible(field, 0, self.ahead * self._theme.row)

    def _area(self) -> QScrollArea | None:
        """What scrolls the form."""
        area = self.parentWidget()
        while area is not None and not isinstance(area, QScrollArea):
            area = area.parentWidget()
        return area

    # --- while typing -----------------------------------------------------------------------------------------

    def _edited(self, name: str) -> None:
        self._last = name
        if self.fields[name].problem:
            self._check_field(name, calm=self.fields[name].calm)
        else:
            self._timer.start()
        self.edited.emit()

    def _paused(self) -> None:
        field = self.fields[self._last]
        self._check_field(self._last, calm=field.editor.isAncestorOf(self.focusWidget() or self))

    def _left(self, name: str) -> None:
        self._timer.stop()
        self._check_field(name, calm=False)

    def _check_field(self, name: str, *, calm: bool) -> None:
        """Checks one field, and the agreement of others with it. An empty field is complained of on saving only."""
        problems = self._problems()
        for other, field in self.fields.items():
            problem, before = problems.get(other), field.problem
            if other == name:
                if problem and problem.kind == "missing" and not (before and before.kind == "missing"):
                    problem = None
                calm_now = calm or (problem is not None and not self._is_news(field, problem))
                field.show_problem(problem, calm=calm_now and not _is_alarm(problem))
            elif problem and problem.kind in AMONG_FIELDS:
                field.show_problem(problem, calm=not self._is_news(field, problem) and not _is_alarm(problem))
            elif before and before.kind in AMONG_FIELDS:
                field.show_problem(None)

    def _is_news(self, field: Field, problem: Problem) -> bool:
        """Whether a problem came about here: of a loaded value it is not, unless fields no longer agree."""
        if problem.kind in REMARKS:
            return False
        if problem.kind == "mismatch":
            return any(f.touched() for f in self.fields.values())
        return field.touched() or not field.loaded

    def _problems(self) -> dict[str, Problem]:
        """The first problem of each field."""
        typed = {name: self.fields[name].editor.text() for name in self._own}
        clean, problems = drafts.check(self._record, typed, self._codes, partial=True)
        for name, fact in self._extra.items():
            value, problem = drafts.check_value(fact, self.fields[name].editor.text(), self._codes)
            if problem:
                problems.append(problem)
            elif fact.required and value is None:
                problems.append(Problem(name, "missing", drafts.MISSING, {"label": fact.label}))
        found: dict[str, Problem] = {}
        for problem in (*problems, *self.remarks(clean)):
            found.setdefault(problem.field, problem)
        return found

    def remarks(self, clean: Mapping[str, object]) -> list[Problem]:
        """What should be said of the values as they stand (`clean`: those that can be kept) and keeps nobody from
        saving: problems of the kinds in `REMARKS`."""
        del clean
        return []

    def _clean(self, field: Field, text: str) -> object:
        value, problem = drafts.check_value(field.fact, text, self._codes)
        return text if problem else value

    # --- building ---------------------------------------------------------------------------------------------

    def _build(self, facts: list[Fact], references: References) -> None:
        """Cards in the order in which their groups come up first."""
        groups: dict[str, list[Fact]] = {}
        for fact in facts:
            groups.setdefault(fact.group, []).append(fact)
        width = caption_width(facts, self._theme, self._tr)
        sheet = QWidget()  # within a row, not the form itself: only so its height follows from its own width
        sheet.setMaximumWidth(self._theme.px(WIDEST))
        line = row(sheet, 0)
        line.setStretch(0, 1)
        self.setLayout(line)
        body = column(gap=self._theme.px(th.GAP_L))
        sheet.setLayout(body)
        for group, members in groups.items():
            card = Card(self._theme, gap=th.GAP_M)
            if group:
                card.body.addWidget(label(self._tr(group), "heading"))
            for fact in members:
                field = self._field(fact, width, references)
                self.groups.setdefault(group, []).append(field)
                card.body.addWidget(field)
            body.addWidget(card)
        body.addStretch(1)

    def make_editor(self, fact: Fact, options: Sequence[tuple[str, str]]) -> Editor:
        """The editor of a field."""
        return editor_for(fact, self._theme, self._tr, self._codes, options)

    def _field(self, fact: Fact, width: int, references: References) -> Field:
        editor = self.make_editor(fact, references.get(fact.name, ()))
        field = Field(fact, editor, self._theme, self._tr, width)
        field.edited.connect(self._edited)
        field.left.connect(self._left)
        field.entered.connect(self._next)
        self.fields[fact.name] = field
        return field


def _is_alarm(problem: Problem | None) -> bool:
    return problem is not None and problem.kind == "alarm"
