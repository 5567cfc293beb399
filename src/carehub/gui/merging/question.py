"""One question side by side: each value, who wrote it, where and when, and what else he changed then; take one, type
another, or put the question aside."""

from collections.abc import Callable
from typing import Protocol

from PySide6.QtWidgets import QWidget

from carehub.domain.errors import CareHubError
from carehub.domain.facts import Sensitivity, facts_of
from carehub.domain.records import RECORDS
from carehub.domain.texts import mark
from carehub.gui import theme as th
from carehub.gui.desktop import Desktop
from carehub.gui.editors import editor_for
from carehub.gui.merging.names import Unfolding
from carehub.gui.widgets.basics import Card, button, column, label, look, row
from carehub.gui.widgets.masked import MaskedLabel
from carehub.services import labels, questions, records
from carehub.services.questions import Answer, Question
from carehub.store.store import Touched

SIDE_BY_SIDE = 1.6
"""Below this text size (times the standard) two values fit beside each other."""
LONG = 20
"""Where a value is longer than this, none is shown in big letters."""
MOST_ALSO = 5
HIDDEN = mark("It is about a restricted record. The head of this site settles it; you can put it aside until then.")


class Decider(Protocol):
    """What a card asks of the panel it stands in."""

    def decided(self, touched: Touched) -> None: ...
    def parked(self, question: Question) -> None: ...


class QuestionCard(Card):
    """A card that goes once the question is settled or put aside."""

    def __init__(self, desktop: Desktop, question: Question, decider: Decider) -> None:
        super().__init__(desktop.theme)
        self._d, self._question, self._decider = desktop, question, decider
        theme = desktop.theme
        self.body.addWidget(label(self._title(), "strong"))
        if question.hidden:
            self.body.addWidget(label(desktop.tr(HIDDEN), "muted"))
        self._big = all(len(a.text) <= LONG for a in question.answers)
        sides = [self._side(answer) for answer in question.answers]
        if theme.scale < SIDE_BY_SIDE:
            line = row(*sides, gap=theme.px(th.GAP_M))
            for n in range(len(sides)):
                line.setStretch(n, 1)
            self.body.addLayout(line)
        else:
            self.body.addLayout(column(*sides, gap=theme.px(th.GAP_S)))
        self._add_foot()

    def _title(self) -> str:
        tr, question = self._d.tr, self._question
        kind = tr(RECORDS[question.kind].about.label)
        about = kind if question.title in ("", question.owner) else f"{kind} {question.title}"
        if question.hidden:
            return kind
        if question.voids:
            return tr("{who}: void or keep?", who=about)
        field = labels.label(tr, question.kind, question.field)
        return tr("{who}: what is right for “{field}”?", who=about, field=field)

    def _side(self, answer: Answer) -> QWidget:
        d, tr = self._d, self._d.tr
        value = answer.text or tr("(empty)")
        shown, who = self._value(answer, value), label(answer.who or tr("(unknown)"))
        side = Card(d.theme, shown, who, label(labels.moment(answer.at), "muted"), gap=th.GAP_XS)
        if answer.n == 1:
            look(side, "banner-info")
            side.body.addWidget(label(tr("shown for the time being"), "small"))
        if answer.also:
            side.body.addWidget(label(self._also(answer), "small"))
        take = button(self._word(answer), lambda: self._take(answer.n), theme=d.theme, kind="primary")
        take.setAccessibleName(tr("Take {value}", value=value))
        side.body.addStretch(1)
        side.body.addWidget(take)
        return side

    def _value(self, answer: Answer, text: str) -> QWidget:
        """The value in big letters; one that is masked even here with an eye beside it."""
        question, fact = self._question, facts_of(RECORDS[self._question.kind])[self._question.field]
        if fact.sensitivity is Sensitivity.RESTRICTED and answer.value:
            row_ = records.fetch(self._d.desk, RECORDS[question.kind], [question.record_id])[0]
            return MaskedLabel(self._d, fact, str(answer.value), row_)
        return label(text, "big" if self._big else "strong")

    def _word(self, answer: Answer) -> str:
        tr = self._d.tr
        if self._question.voids:
            return tr("Void it") if answer.value else tr("Keep it")
        return tr("This one is right")

    def _also(self, answer: Answer) -> str:
        """What else the same person changed then: it often tells why."""
        tr, kind = self._d.tr, self._question.kind
        parts = [f"{labels.label(tr, kind, field)} {text or tr('(empty)')}" for field, text in answer.also[:MOST_ALSO]]
        if len(answer.also) > MOST_ALSO:
            parts.append(tr("and {count} more", count=len(answer.also) - MOST_ALSO))
        return tr("Also changed then: {fields}", fields=tr.pick("；", "; ").join(parts))

    def _add_foot(self) -> None:
        d, tr, theme = self._d, self._d.tr, self._d.theme
        question = self._question
        word = tr("Take it up again") if question.parked else tr("Put aside for later")
        icon = "fa6s.inbox" if question.parked else "fa6s.clock"
        park = button(word, lambda: self._decider.parked(question), theme=theme, icon=icon, kind="plain")
        if not question.typed:
            self.body.addLayout(row(1, park))
            return
        fact = facts_of(RECORDS[question.kind])[question.field]
        self.editor = editor_for(fact, theme, tr, d.desk.codes)
        self.editor.set_name(tr("Another value for {field}", field=tr(fact.label)))
        self.editor.entered.connect(self._answer)
        take = button(tr("Take this value"), self._answer, theme=theme)
        typed = row(self.editor, take, gap=theme.px(th.GAP_S))
        typed.setStretch(0, 1)
        holder = QWidget()
        holder.setLayout(typed)
        word = tr("Neither is right? Type the right value here")
        other = Unfolding(theme, tr, word, holder, beside=park if theme.scale < SIDE_BY_SIDE else None)
        other.button.clicked.connect(lambda: self.editor.focus() if other.unfolded else None)
        self.body.addWidget(other)
        if theme.scale >= SIDE_BY_SIDE:
            self.body.addLayout(row(park, 1))

    def _take(self, n: int) -> None:
        self._settle(lambda: questions.resolve(self._d.desk, self._question.id, n))

    def _answer(self) -> None:
        if self.editor.text().strip():
            self._settle(lambda: questions.answer(self._d.desk, self._question.id, self.editor.text()))

    def _settle(self, decide: Callable[[], Touched]) -> None:
        try:
            touched = decide()
        except CareHubError as error:
            self._d.frame.complain(error)
            return
        self._decider.decided(touched)
