"""What was answered to the questions of the township, on the page of a record."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QWidget

from carehub.domain.custom import GROUP
from carehub.gui import theme as th
from carehub.gui.desktop import Desktop
from carehub.gui.widgets.basics import Card, label
from carehub.services import custom


def answers_card(desktop: Desktop, kind: str, row_id: str) -> list[QWidget]:
    """A card with every question that was answered, those that are asked no more at the end; none without an answer."""
    found, tr, theme = custom.told(desktop.desk, kind, row_id), desktop.tr, desktop.theme
    if not found:
        return []
    grid = QGridLayout()
    grid.setHorizontalSpacing(theme.px(th.GAP_M))
    grid.setVerticalSpacing(theme.px(th.GAP_S))
    for n, one in enumerate(found):
        wording = one.question.wording or ""
        if one.question.active is False:
            wording = tr("{question} (asked no more)", question=wording)
        grid.addWidget(label(wording, "muted"), n, 0, Qt.AlignmentFlag.AlignTop)
        grid.addWidget(label(one.answer), n, 1, Qt.AlignmentFlag.AlignTop)
    grid.setColumnStretch(0, 1)
    grid.setColumnStretch(1, 2)
    return [Card(theme, label(tr(GROUP), "heading"), grid)]
