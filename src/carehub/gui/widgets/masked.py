"""A sensitive value: masked until somebody asks, and the look is logged."""

from PySide6.QtWidgets import QWidget

from carehub.domain.facts import Fact
from carehub.domain.masking import masked
from carehub.domain.record import Record
from carehub.gui import theme as th
from carehub.gui.desktop import Desktop
from carehub.gui.widgets.basics import icon_button, label, row
from carehub.services import access


class MaskedLabel(QWidget):
    """Shows the mask with an eye beside it; looking behind it once leaves a line in the access log."""

    def __init__(self, desktop: Desktop, fact: Fact, text: str, row_shown: Record) -> None:
        super().__init__()
        self._desktop, self._fact, self._text, self._row = desktop, fact, text, row_shown
        self._label = label(masked(fact, text))
        name = desktop.tr("Show {field}", field=desktop.tr(fact.label))
        self._eye = icon_button(name, "fa6s.eye", self._reveal, theme=desktop.theme)
        self._eye.setFixedHeight(desktop.theme.text(1.6))
        self._eye.setStyleSheet("padding: 0; min-height: 0;")
        line = row(self._label, self._eye, gap=desktop.theme.px(th.GAP_XS))
        line.setStretch(0, 1)
        self.setLayout(line)

    def _reveal(self) -> None:
        access.looked(self._desktop.desk, self._row, self._fact.name)
        self._label.setText(self._text)
        self._eye.hide()
