"""Banners and empty states: what happened, what to do, how to begin."""

from collections.abc import Callable, Sequence

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QFrame, QLabel, QPushButton, QSizePolicy, QWidget

from carehub.gui import theme as th
from carehub.gui.theme import Theme
from carehub.gui.widgets.basics import button, column, label, look, row

_ICONS = {
    "info": ("fa6s.circle-info", th.ACCENT),
    "good": ("fa6s.circle-check", th.GOOD),
    "caution": ("fa6s.triangle-exclamation", th.CAUTION),
    "alarm": ("fa6s.circle-exclamation", th.ALARM),
}


def icon_label(theme: Theme, icon: str, colour: str, factor: float = 1.1) -> QLabel:
    """An icon as a picture; the words beside it say the same."""
    made = QLabel()
    side = theme.text(factor)
    made.setPixmap(theme.icon(icon, colour).pixmap(QSize(side, side)))
    made.setFixedWidth(side + 2)
    made.setAlignment(Qt.AlignmentFlag.AlignTop)
    return made


class Banner(QFrame):
    """A sentence that must be seen: `kind` is info, good, caution or alarm; icon and words, never colour alone."""

    def __init__(self, theme: Theme, kind: str, text: str, *actions: QPushButton, closable: str = "") -> None:
        super().__init__()
        look(self, f"banner-{kind}")
        icon, colour = _ICONS[kind]
        self.words = label(text)
        self.words.setAccessibleName(text)
        self.words.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        line = row(icon_label(theme, icon, colour), self.words, *actions, gap=theme.px(th.GAP_M))
        line.setStretch(1, 1)
        if closable:
            line.addWidget(button(closable, self.hide, theme=theme, kind="plain"))
        edge = theme.px(th.GAP_M)
        line.setContentsMargins(edge, theme.px(th.GAP_S), edge, theme.px(th.GAP_S))
        self.setLayout(line)


class EmptyState(QWidget):
    """A page with nothing on it yet says how to begin: `action` is the usual way, `others` the further ones."""

    def __init__(
        self,
        theme: Theme,
        icon: str,
        title: str,
        text: str,
        action: str = "",
        on_action: Callable[[], object] = bool,
        others: Sequence[tuple[str, Callable[[], object]]] = (),
    ) -> None:
        super().__init__()
        picture = icon_label(theme, icon, th.ACCENT, 3.0)
        picture.setFixedWidth(theme.text(4.0))
        picture.setAlignment(Qt.AlignmentFlag.AlignCenter)
        heading, words = label(title, "strong"), label(text, "muted")
        for widget in (heading, words):
            widget.setAlignment(Qt.AlignmentFlag.AlignCenter)
        body = column(1, gap=theme.px(th.GAP_M))
        body.addWidget(picture, 0, Qt.AlignmentFlag.AlignHCenter)
        body.addWidget(heading)
        body.addWidget(words)
        if action:
            self.primary = button(action, on_action, theme=theme, kind="primary")
            further = [button(word, go, theme=theme) for word, go in others]
            body.addLayout(row(1, self.primary, *further, 1, gap=theme.px(th.GAP_S)))
        body.addStretch(2)
        self.setLayout(body)
