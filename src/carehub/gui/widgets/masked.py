"""A sensitive value: masked until somebody asks and says why, and the look is logged."""

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QMenu, QWidget

from carehub.domain.errors import CareHubError
from carehub.domain.facts import Fact
from carehub.domain.masking import masked
from carehub.domain.record import Record
from carehub.domain.rights import Right
from carehub.gui import theme as th
from carehub.gui.desktop import Desktop
from carehub.gui.widgets.basics import icon_button, label, row
from carehub.services import access


class MaskedLabel(QWidget):
    """Shows the mask with an eye beside it; looking behind it leaves a line with the reason in the access log."""

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
        self._eye.setVisible(desktop.desk.may(Right.LOOK))

    def _reveal(self) -> None:
        ask_look(self._desktop, self._eye, self._row, self._fact.name, self._show)

    def _show(self) -> None:
        self._label.setText(self._text)
        self._eye.hide()


def ask_look(desktop: Desktop, at: QWidget, held: Record, field: str, show: Callable[[], object]) -> None:
    """Asks why, once for the row one is at, notes the look, then shows. Without the right it says so."""
    reason = desktop.reasons.get(held.id)
    if reason:
        _look(desktop, held, field, show, reason)
        return
    menu = QMenu(at)
    menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    menu.addSection(desktop.tr("Why do you need to see it?"))
    for n, code in enumerate(desktop.desk.codes["look_reason"], start=1):
        words = desktop.tr.pick(code.zh, code.en)
        menu.addAction(f"&{n} {words}", partial(_look, desktop, held, field, show, code.code))
    menu.popup(at.mapToGlobal(at.rect().bottomLeft()))


def _look(desktop: Desktop, held: Record, field: str, show: Callable[[], object], reason: str) -> None:
    desktop.reasons.clear()  # a reason counts for the row one is at: the next child needs one of its own
    desktop.reasons[held.id] = reason
    try:
        access.looked(desktop.desk, held, field, reason)
    except CareHubError as error:
        desktop.frame.complain(error)
        return
    show()
