"""Small parts that the merge desk's sections share."""

from PySide6.QtWidgets import QSizePolicy, QWidget

from carehub.gui import theme as th
from carehub.gui.editors.flow import FlowLayout
from carehub.gui.theme import Theme


def flow(theme: Theme, *widgets: QWidget) -> QWidget:
    """Widgets side by side that go on in the next line where there is no room."""
    holder = QWidget()
    policy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Minimum)
    policy.setHeightForWidth(True)
    holder.setSizePolicy(policy)
    line = FlowLayout(holder, theme.px(th.GAP_S))
    for widget in widgets:
        line.addWidget(widget)
    return holder
