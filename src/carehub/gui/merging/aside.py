"""What was set aside: each change with the reason, what can be done, and a button where a person may decide."""

from PySide6.QtWidgets import QWidget

from carehub.domain.errors import CareHubError
from carehub.gui import theme as th
from carehub.gui.desktop import Desktop
from carehub.gui.widgets.basics import Card, button, clear, column, label, row, scrolling
from carehub.gui.widgets.notice import EmptyState, icon_label
from carehub.services import labels, quarantine
from carehub.services.quarantine import Held

AT_A_TIME = 30


class AsidePanel(QWidget):
    """The list of what waits, in the order in which it came."""

    def __init__(self, desktop: Desktop) -> None:
        super().__init__()
        self._d = desktop
        self._cards = column(gap=desktop.theme.px(th.GAP_S))
        inner = QWidget()
        inner.setLayout(self._cards)
        self.setLayout(column(scrolling(inner)))

    def reload(self) -> None:
        """Reads what waits."""
        tr, waiting = self._d.tr, quarantine.waiting(self._d.desk)
        clear(self._cards)
        if not waiting:
            text = tr(
                "What a bundle brings and may not come in as it is stands here, with the reason. The receipt tells it."
            )
            self._cards.addWidget(EmptyState(self._d.theme, "fa6s.inbox", tr("Nothing is set aside."), text))
        for held in waiting[:AT_A_TIME]:
            self._cards.addWidget(self._card(held))
        if len(waiting) > AT_A_TIME:
            self._cards.addWidget(label(tr("{count} more follow.", count=len(waiting) - AT_A_TIME), "muted"))
        self._cards.addStretch(1)

    def _card(self, held: Held) -> QWidget:
        tr, theme = self._d.tr, self._d.theme
        about = held.about or ("" if held.hidden else tr("(name unknown)"))
        came = tr("Bundle {number} from “{site}”", number=held.number, site=held.site)
        who = " · ".join(x for x in (came, held.author, labels.moment(held.at)) if x)
        fields = tr.pick("；", "; ").join(f"{name} {text or tr('(empty)')}" for name, text in held.cells)
        why = label(f"{tr(held.reason)} {tr(held.advice)}")
        reason = row(icon_label(theme, "fa6s.triangle-exclamation", th.CAUTION), why, gap=theme.px(th.GAP_S))
        reason.setStretch(1, 1)
        lines = column(label(f"{about}　{held.kind}".strip(), "strong"), gap=theme.px(th.GAP_XS))
        if fields:
            lines.addWidget(label(tr("would write: {fields}", fields=fields)))
        lines.addWidget(label(who, "small"))
        lines.addLayout(reason)
        if not held.releasable:
            return Card(theme, lines)
        take = button(tr("Take it in"), lambda: self._release(held), theme=theme, icon="fa6s.check")
        take.setAccessibleName(tr("Take it in: {who}", who=about))
        line = row(lines, take, gap=theme.px(th.GAP_M))
        line.setStretch(0, 1)
        return Card(theme, line)

    def _release(self, held: Held) -> None:
        try:
            touched = quarantine.release(self._d.desk, held.replica, held.seq)
        except CareHubError as error:
            self._d.frame.complain(error)
            return
        self._d.frame.saved(touched)
