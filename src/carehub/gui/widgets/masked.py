"""A sensitive value: masked until somebody asks and says why, and the look is logged."""

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QMenu, QWidget

from carehub.domain.errors import CareHubError, NotAllowed
from carehub.domain.facts import Fact
from carehub.domain.masking import masked
from carehub.domain.record import Record
from carehub.domain.rights import FORBIDDEN, Right
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

    def _reveal(self) -> None:
        """Asks once why, for this row, then shows; without the right it says so."""
        desk = self._desktop.desk
        if not desk.may(Right.LOOK):
            self._desktop.frame.complain(NotAllowed(FORBIDDEN[Right.LOOK]))
            return
        reason = self._desktop.reasons.get(self._row.id)
        if reason:
            self.show_for(reason)
        else:
            menu = reason_menu(self._desktop, self, self._chosen)
            menu.popup(self._eye.mapToGlobal(self._eye.rect().bottomLeft()))

    def _chosen(self, reason: str) -> None:
        self._desktop.reasons.clear()  # only for the row one is at: the next child needs a reason of its own
        self._desktop.reasons[self._row.id] = reason
        self.show_for(reason)

    def show_for(self, reason: str) -> None:
        """Shows the value, once the look and its reason are noted."""
        try:
            access.looked(self._desktop.desk, self._row, self._fact.name, reason)
        except CareHubError as error:
            self._desktop.frame.complain(error)
            return
        self._label.setText(self._text)
        self._eye.hide()


def reason_menu(desktop: Desktop, parent: QWidget, on_chosen: Callable[[str], object]) -> QMenu:
    """The reasons for a look behind a mask, to choose with one click or key."""
    menu = QMenu(parent)
    menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    menu.addSection(desktop.tr("Why do you need to see it?"))
    for n, code in enumerate(desktop.desk.codes["look_reason"], start=1):
        words = desktop.tr.pick(code.zh, code.en)
        menu.addAction(f"&{n} {words}", partial(on_chosen, code.code))
    return menu
