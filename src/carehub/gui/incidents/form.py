"""The mandatory report: first, in large letters, what to do; then the entry."""

from datetime import date

from PySide6.QtWidgets import QFrame, QWidget

from carehub.domain.protection import Incident
from carehub.domain.texts import mark
from carehub.gui import theme as th
from carehub.gui.owned_form import OwnedFormPage
from carehub.gui.widgets.basics import button, column, label, look, row
from carehub.gui.widgets.notice import icon_label
from carehub.services import incidents
from carehub.store.store import Touched


class IncidentFormPage(OwnedFormPage):
    """A new report shows nothing to type until somebody says that 110 was called."""

    record = Incident
    titled = mark("Mandatory report: {child}")

    def head(self) -> QWidget:
        tr, theme = self.texts, self.theme
        big = label(tr(incidents.FIRST), "big")
        title = row(icon_label(theme, "fa6s.phone", th.ALARM, 2.0), big, gap=theme.px(th.GAP_M))
        title.setStretch(1, 1)
        steps = [label(f"{n}. {tr(step)}") for n, step in enumerate(incidents.STEPS, start=1)]
        self.called = button(tr("110 was called. Write it down now"), self._begin, theme=theme, kind="primary")
        self._steps = QWidget()
        self._steps.setLayout(column(*steps, row(1, self.called), gap=theme.px(th.GAP_S)))
        frame, edge = QFrame(), theme.px(th.GAP_L)
        look(frame, "banner-alarm")
        frame.setLayout(column(title, self._steps, gap=theme.px(th.GAP_M), margins=(edge, edge, edge, edge)))
        return frame

    def open(self, argument: str) -> None:
        super().open(argument)
        begun = bool(self.row_id) or self.form.is_changed()
        self._show_form(begun=begun)

    def _show_form(self, *, begun: bool) -> None:
        self._steps.setVisible(not begun)
        self.form.setVisible(begun)
        self.save_button.setVisible(begun)
        if not begun:
            self.called.setFocus()

    def _begin(self) -> None:
        self._show_form(begun=True)
        self.form.focus_first()

    def load(self) -> dict[str, object]:
        return super().load() if self.row_id else {"police_on": date.today(), "seen_on": date.today()}

    def store(self) -> Touched:
        if self.row_id:
            return incidents.edit(self.desk, self.row_id, self.form.changed_values())[1]
        return incidents.add(self.desk, self.values())[1]
