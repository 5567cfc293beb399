"""One question side by side: each value, who wrote it, where and when; take one or type a third."""

from collections.abc import Callable

from PySide6.QtWidgets import QLineEdit, QWidget

from carehub.domain.errors import CareHubError
from carehub.gui import theme as th
from carehub.gui.desktop import Desktop
from carehub.gui.widgets.basics import Card, button, column, label, look, row
from carehub.services import labels, questions
from carehub.services.questions import Answer, Question
from carehub.store.store import Touched


class QuestionCard(Card):
    """A card that goes once the question is settled."""

    def __init__(self, desktop: Desktop, question: Question, on_settled: Callable[[], object]) -> None:
        super().__init__(desktop.theme)
        self._d, self._question, self._on_settled = desktop, question, on_settled
        tr, theme = desktop.tr, desktop.theme
        field = labels.label(tr, question.kind, question.field)
        about = question.child or question.title
        who = f"{about}　·　{question.title}" if question.child and question.title != question.child else about
        self.body.addWidget(label(tr("{who}: what is right for “{field}”?", who=who, field=field), "strong"))
        sides = [self._side(answer) for answer in question.answers]
        line = row(*sides, gap=theme.px(th.GAP_M)) if theme.scale < 1.6 else column(*sides, gap=theme.px(th.GAP_S))
        self.body.addLayout(line)
        self._own = QLineEdit()
        self._own.setPlaceholderText(tr("Neither is right? Type the right value here"))
        self._own.setAccessibleName(tr("Another value for {field}", field=field))
        self._own.returnPressed.connect(self._answer)
        take = button(tr("Take this value"), self._answer, theme=theme)
        typed = row(self._own, take, gap=theme.px(th.GAP_S))
        typed.setStretch(0, 1)
        self.body.addLayout(typed)

    def _side(self, answer: Answer) -> QWidget:
        d, question = self._d, self._question
        value = labels.show(d.desk, question.kind, question.field, answer.value) or d.tr("(empty)")
        who = " · ".join(x for x in (answer.author, answer.site) if x) or d.tr("(unknown)")
        side = Card(d.theme, label(value, "big"), label(who), label(labels.moment(answer.at), "muted"))
        look(side, "banner-info" if answer.n == 1 else "card")
        if answer.n == 1:
            side.body.addWidget(label(d.tr("shown for the time being"), "small"))
        take = button(d.tr("This one is right"), lambda: self._take(answer.n), theme=d.theme, kind="primary")
        take.setAccessibleName(d.tr("Take {value}", value=value))
        side.body.addStretch(1)
        side.body.addWidget(take)
        return side

    def _take(self, n: int) -> None:
        self._settle(lambda: questions.resolve(self._d.desk, self._question.id, n))

    def _answer(self) -> None:
        if self._own.text().strip():
            self._settle(lambda: questions.answer(self._d.desk, self._question.id, self._own.text()))

    def _settle(self, decide: Callable[[], Touched]) -> None:
        try:
            touched = decide()
        except CareHubError as error:
            self._d.frame.complain(error)
            return
        self._on_settled()
        self._d.frame.changed(touched)
