"""How great a child's risk was judged: the latest with what it came from, and those before."""

from PySide6.QtWidgets import QLayout

from carehub.domain.assessments import Assessment
from carehub.domain.facts import facts_of
from carehub.domain.people import Child
from carehub.domain.rights import Right
from carehub.gui import theme as th
from carehub.gui.desktop import Desktop
from carehub.gui.widgets.basics import Card, button, column, label, row
from carehub.services import assessments, labels, records


class AssessmentsCard(Card):
    """The assessments of a child, the latest first; a new one is one click away."""

    def __init__(self, desktop: Desktop, child_id: str) -> None:
        tr, theme = desktop.tr, desktop.theme
        super().__init__(theme)
        self._d = desktop
        head = row(label(tr("Risk assessment"), "heading"), 1)
        if desktop.desk.may(Right.WRITE):
            go = desktop.frame.open_address
            head.addWidget(button(tr("Assess the risk"), lambda: go(f"assessment/{child_id}"), theme=theme,
                                  icon="fa6s.scale-balanced"))  # fmt: skip
        self.body.addLayout(head)
        found = assessments.of_child(desktop.desk, child_id)
        if not found:
            told = tr("Not assessed yet. Answer the questions; the program proposes a level, you decide.")
            self.body.addWidget(label(told, "muted"))
        else:
            self._differs(child_id, found[0])
        for assessment in found:
            self.body.addLayout(self._line(assessment))

    def _differs(self, child_id: str, latest: Assessment) -> None:
        """Says so where the child's level was changed without an assessment since."""
        child = records.get(self._d.desk, Child, child_id)
        if child.risk_level != latest.level:
            name = self._d.desk.codes["risk_level"].name_of(child.risk_level, self._d.tr) or self._d.tr("not set")
            told = self._d.tr("Since then the level was changed on the file: {level}.", level=name)
            self.body.addWidget(label(told, "alarm"))

    def _line(self, assessment: Assessment) -> QLayout:
        tr, theme, facts = self._d.tr, self._d.theme, facts_of(Assessment)
        level = labels.show_fact(self._d.desk, facts["level"], assessment.level)
        parts = [str(assessment.assessed_on or ""), tr("{level} risk", level=level)]
        if assessment.points is not None:
            parts.append(tr("{points} points", points=assessment.points))
        parts.append(assessment.assessor or "")
        lines = [label("　".join(p for p in parts if p), "strong")]
        worse = [t for t in assessments.told(assessment) if t.answer.points or t.answer.alarm]
        if worse:
            said = [tr("{question}: {answer}", question=tr.pick(t.question.zh, t.question.en),
                       answer=tr.pick(t.answer.zh, t.answer.en)) for t in worse]  # fmt: skip
            lines.append(label(tr("; ").join(said), "muted"))
        if assessment.proposed and assessment.proposed != assessment.level:
            proposed = labels.show_fact(self._d.desk, facts["proposed"], assessment.proposed)
            told = tr("Proposed was {level}. Reason: {reason}", level=proposed, reason=assessment.reason or "")
            lines.append(label(told))
        elif assessment.reason:
            lines.append(label(assessment.reason))
        show = button(tr("Correct"), lambda: self._d.frame.open_address(f"assessment/{assessment.id}"), theme=theme)
        show.setAccessibleName(tr("Correct the assessment of {day}", day=assessment.assessed_on or ""))
        show.setVisible(self._d.desk.may(Right.WRITE))
        line = row(column(*lines, gap=theme.px(th.GAP_XS)), show, gap=theme.px(th.GAP_M))
        line.setStretch(0, 1)
        return line
