"""Where an office looks after its own questions: what is asked of children, visits and volunteers, in which order."""

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLayout, QPushButton, QWidget

from carehub.domain.custom import OWNERS, CustomQuestion, choices_of
from carehub.domain.errors import CareHubError
from carehub.domain.rights import Right
from carehub.domain.texts import mark
from carehub.gui import theme as th
from carehub.gui.desktop import Desktop, Page
from carehub.gui.forms import Form
from carehub.gui.generic import FormPage
from carehub.gui.widgets.basics import Card, button, clear, column, label, row
from carehub.gui.widgets.flow import flow
from carehub.services import custom_questions
from carehub.store.store import Touched

TITLES = {
    "child": mark("Asked about every child"),
    "visit": mark("Asked about every visit"),
    "volunteer": mark("Asked about every volunteer"),
}


class QuestionsPage(Page):
    """The questions of this office by what they are about; each can be moved, worded anew and retired."""

    tables = frozenset({"custom_question"})

    def __init__(self, desktop: Desktop) -> None:
        super().__init__(desktop)
        self._pressed = ""
        self._body = self.lay_out()

    @property
    def title(self) -> str:
        return self.texts("Our own questions")

    def open(self, argument: str) -> None:
        del argument
        self.stale = True

    def reload(self) -> None:
        tr = self.texts
        clear(self._body)
        told = tr("The rooms get these questions with their next return bundle; the answers come back when they hand "
                  "over. A question that is retired is asked no more; its answers stay.")  # fmt: skip
        self._body.addWidget(label(told, "muted"))
        for kind in OWNERS:
            self._body.addWidget(self._card(kind))
        self._body.addStretch(1)
        self._press_again()

    def _press_again(self) -> None:
        """The button that was pressed has the focus again: moving a question by three places is three keys."""
        same = (b for b in self.findChildren(QPushButton) if b.accessibleName() == self._pressed and b.isEnabled())
        if self._pressed and (found := next(same, None)):
            found.setFocus(Qt.FocusReason.OtherFocusReason)
        self._pressed = ""

    def _card(self, kind: str) -> Card:
        tr, theme, go = self.texts, self.theme, self.frame.open_address
        add = button(tr("Add a question"), lambda: go(f"custom_question/{kind}"), theme=theme, icon="fa6s.plus")
        add.setAccessibleName(f"{tr('Add a question')}：{tr(TITLES[kind])}")
        add.setVisible(self.desk.may(Right.OWN_QUESTIONS))
        card = Card(theme, row(label(tr(TITLES[kind]), "heading"), 1, add), gap=th.GAP_M)
        found = custom_questions.own(self.desk, kind)
        if not found:
            card.body.addWidget(label(tr("Nothing is asked yet."), "muted"))
        asked = [q for q in found if q.active is not False]
        for question in found:
            at = asked.index(question) if question in asked else -1
            card.body.addLayout(self._line(question, first=at == 0, last=at == len(asked) - 1))
        return card

    def _line(self, question: CustomQuestion, *, first: bool, last: bool) -> QLayout:
        tr, theme, retired = self.texts, self.theme, question.active is False
        kind = self.desk.codes["custom_kind"].name_of(question.kind, tr)
        told = [kind, " / ".join(choices_of(question)) if question.kind == "choice" else ""]
        words = tr("{question} (asked no more)", question=question.wording) if retired else question.wording
        text = column(
            label(words, "muted" if retired else "strong"), label("　".join(t for t in told if t), "muted"),
            gap=theme.px(th.GAP_XS),
        )  # fmt: skip
        if not self.desk.may(Right.OWN_QUESTIONS):
            return text
        return column(text, flow(theme, *self._tools(question, first=first, last=last)), gap=theme.px(th.GAP_S))

    def _tools(self, question: CustomQuestion, *, first: bool, last: bool) -> list[QWidget]:
        tr, theme, retired, one = self.texts, self.theme, question.active is False, question.id
        made = []
        if not retired:
            up = button(tr("Up"), partial(self._move, one, -1), theme=theme, icon="fa6s.arrow-up")
            down = button(tr("Down"), partial(self._move, one, 1), theme=theme, icon="fa6s.arrow-down")
            up.setEnabled(not first)
            down.setEnabled(not last)
            edit = button(tr("Edit"), lambda: self.frame.open_address(f"custom_question/{one}"), theme=theme)
            made += [up, down, edit]
        word = tr("Ask it again") if retired else tr("Retire")
        made.append(button(word, partial(self._set, one, asked=retired), theme=theme))
        for tool in made:
            tool.setAccessibleName(f"{tool.text().strip()}：{question.wording}")
        return list(made)

    def _move(self, question: str, step: int) -> None:
        self._do(lambda: custom_questions.move(self.desk, question, step))

    def _set(self, question: str, *, asked: bool) -> None:
        self._do(lambda: custom_questions.set_asked(self.desk, question, asked=asked))

    def _do(self, work: Callable[[], Touched]) -> None:
        pressed = self.focusWidget()
        self._pressed = pressed.accessibleName() if pressed else ""
        try:
            touched = work()
        except CareHubError as error:
            self.frame.complain(error)
            return
        self.frame.saved(touched)


class QuestionFormPage(FormPage):
    """`custom_question/<child, visit or volunteer>` begins a new question about them, `custom_question/<id>` words one
    anew: what is asked about, and the kind of answer, stay."""

    record = CustomQuestion

    def __init__(self, desktop: Desktop) -> None:
        self._kind = "child"
        super().__init__(desktop)

    def make_form(self) -> Form:
        return Form(CustomQuestion, self.texts, self.desk.codes, self.theme)

    @property
    def title(self) -> str:
        return self.texts("Edit the question") if self.row_id else self.texts("New question")

    @property
    def draft_key(self) -> str:
        return f"custom_question/{self.row_id or self._kind}"

    def open(self, argument: str) -> None:
        self._kind = argument if argument in OWNERS else "child"
        super().open("" if argument in OWNERS else argument)
        for name in custom_questions.FIXED:
            self.form.fields[name].setEnabled(not self.row_id)
        self.form.focus("wording")

    def load(self) -> dict[str, object]:
        return super().load() if self.row_id else {"asked_of": self._kind, "kind": "text"}

    def store(self) -> Touched:
        if self.row_id:
            return custom_questions.edit(self.desk, self.row_id, self.form.changed_values())[1]
        return custom_questions.add(self.desk, self.form.values())[1]
