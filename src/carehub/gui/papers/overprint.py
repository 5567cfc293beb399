"""Printing onto pre-printed certificates: text only, moved until it stands right, with a test print."""

from collections.abc import Callable

from PySide6.QtWidgets import QLineEdit, QWidget

from carehub.gui import theme as th
from carehub.gui.desktop import Desktop
from carehub.gui.widgets.basics import button, column, label, row, wrap
from carehub.papers.certificate import Overprint


class OverprintPanel(QWidget):
    """Own paper or pre-printed paper, the offset in millimetres, and the test print."""

    def __init__(self, desktop: Desktop, on_change: Callable[[], object], room: int) -> None:
        """`room`: how wide the words of a button may be."""
        super().__init__()
        tr, theme = desktop.tr, desktop.theme
        self._kind = button(tr("Text only, for pre-printed paper"), on_change, theme=theme, kind="segment")
        self._test = button(tr("Test print"), on_change, theme=theme, kind="segment")
        for toggle in (self._kind, self._test):
            toggle.setCheckable(True)
            wrap(toggle, room)
        self._offsets = [QLineEdit("0"), QLineEdit("0")]
        words = (tr("To the right, mm"), tr("Down, mm"))
        body = column(self._kind, self._test, gap=theme.px(th.GAP_S))
        for line, word in zip(self._offsets, words, strict=True):
            line.setAccessibleName(word)
            line.editingFinished.connect(on_change)
            body.addLayout(row(label(word, "muted"), line, gap=theme.px(th.GAP_S)))
        self.setLayout(body)

    @property
    def test(self) -> bool:
        """Whether the test print is asked for."""
        return self._test.isChecked()

    @property
    def overprint(self) -> Overprint | None:
        """The offset, None for own paper. What is no number counts as none."""
        if not (self._kind.isChecked() or self.test):
            return None
        dx, dy = (_millimetres(line.text()) for line in self._offsets)
        return Overprint(dx, dy)


def _millimetres(text: str) -> float:
    try:
        return max(-50.0, min(50.0, float(text.replace("，", ".").replace("。", "."))))
    except ValueError:
        return 0.0
