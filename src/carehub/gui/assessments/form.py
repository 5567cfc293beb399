"""The questions by which a child's risk is judged: answered with the number keys, with the proposal always in sight."""

from collections.abc import Mapping
from datetime import date

from PySide6.QtWidgets import QBoxLayout

from carehub.domain.assessments import Assessment, Question
from carehub.domain.codes import Code, Codebook, CodeList
from carehub.domain.facts import Fact, Kind, facts_of
from carehub.domain.texts import mark
from carehub.gui import theme as th
from carehub.gui.desktop import Desktop
from carehub.gui.forms import Form
from carehub.gui.owned_form import OwnedFormPage
from carehub.gui.widgets.basics import Card, label, row
from carehub.services import assessments
from carehub.store.store import Touched

ABOUT, LAST = ("assessed_on", "assessor"), ("level", "reason")
QUESTIONS = mark("Questions")


class AssessmentFormPage(OwnedFormPage):
    """`assessment/<child>` asks the questions for a child of that age; `assessment/<row>` corrects one, whose answers
    stay as they were given."""

    record = Assessment
    titled = mark("Risk assessment: {child}")

    def __init__(self, desktop: Desktop) -> None:
        self._asked: tuple[Question, ...] = ()
        self._before: Mapping[str, str] = {}
        self._proposed = ""
        super().__init__(desktop)
        self.told = label("", "strong")
        self._foot = Card(self.theme, self.told)
        body = self.layout()
        assert isinstance(body, QBoxLayout)
        line = row(self._foot)
        line.setContentsMargins(self.edge, self.theme.px(th.GAP_S), self.edge, 0)
        body.insertLayout(1, line)

    def make_form(self) -> Form:
        """The day and who judges, the questions from good to bad, and the decision."""
        facts = facts_of(Assessment)
        made = {name: facts[name] for name in ABOUT} if self._asked or self.row_id else {}
        codes = {name: self.desk.codes[name] for name in self.desk.codes}
        for question in self._asked:
            name = f"assessment/{question.code}"
            codes[name] = CodeList(name, tuple(Code(a.code, a.zh, a.en) for a in question.answers))
            last = self._before.get(question.code, "")
            made[question.code] = Fact(
                self.texts.pick(question.zh, question.en), Kind.CHOICE, codes=name, group=QUESTIONS, required=True,
                help=self.texts("Last time: {answer}", answer=last) if last else "",
            )  # fmt: skip
        made |= {name: facts[name] for name in LAST}
        return Form(Assessment, self.texts, Codebook(codes), self.theme, fields=(), extra=made)

    def open(self, argument: str) -> None:
        self._find(argument)
        self.renew_form()
        super().open(argument)
        self._propose()
        if self._asked:
            self.form.focus(self._asked[0].code)  # day and name are right as a rule

    def _find(self, argument: str) -> None:
        """What is to be asked: nothing where a row is opened."""
        found = assessments.fetch(self.desk, argument)
        self.row_id, self._proposed = found.id if found else "", ""
        self._asked, self._before = (), {}
        if found is None:
            self._asked = assessments.questions(self.desk, argument)[1]
            last = next(iter(assessments.of_child(self.desk, argument)), None)
            told = assessments.told(last) if last else []
            self._before = {t.question.code: self.texts.pick(t.answer.zh, t.answer.en) for t in told}

    def connect_form(self) -> None:
        super().connect_form()
        self.form.edited.connect(self._propose)

    def load(self) -> dict[str, object]:
        if self.row_id:
            return super().load()
        return {"assessed_on": date.today(), "assessor": self.desk.user.name}

    def restore(self, draft: dict[str, str]) -> None:
        super().restore(draft)
        self._propose()

    # --- what the answers propose ---------------------------------------------------------------------------------

    def _propose(self) -> None:
        """Says what the answers come to. The decision follows the proposal until somebody decides otherwise."""
        if not self._asked:
            self._foot.setVisible(False)
            return
        self._foot.setVisible(True)
        answers = {q.code: self.form.editor(q.code).text() for q in self._asked}
        given = {code: answer for code, answer in answers.items() if answer}
        score = assessments.questions(self.desk, self.child_id)[0].score(given)
        complete = len(given) == len(self._asked)
        self.told.setText(self._words(score.points, score.level, score.alarms, len(self._asked) - len(given)))
        level = self.form.editor("level")
        if level.text() == self._proposed:
            self._proposed = score.level if complete or score.alarms else ""
            level.set_text(self._proposed)

    def _words(self, points: int, level: str, alarms: tuple[str, ...], left: int) -> str:
        tr = self.texts
        name = self.desk.codes["risk_level"].name_of(level, tr)
        asked = {q.code: tr.pick(q.zh, q.en) for q in self._asked}
        if alarms:
            return tr("Proposed: {level}. It cannot wait: {what}", level=name, what="；".join(asked[a] for a in alarms))
        if left:
            return tr("{left} questions are still to be answered. {points} points so far.", left=left, points=points)
        return tr("Proposed: {level} ({points} points). You decide.", level=name, points=points)

    def store(self) -> Touched:
        if self.row_id:
            return assessments.edit(self.desk, self.row_id, self.form.changed_values())[1]
        return assessments.add(self.desk, self.values())[1]
