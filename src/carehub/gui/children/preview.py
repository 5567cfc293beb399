"""What one must know of a child at a glance, beside the list."""

from PySide6.QtWidgets import QPushButton, QWidget

from carehub.gui import theme as th
from carehub.gui.children.summary import facts_grid, warnings_of
from carehub.gui.desktop import Desktop
from carehub.gui.widgets.basics import Card, button, clear, column, label, scrolling
from carehub.gui.widgets.notice import Banner
from carehub.services import children

MOST = 1.6
"""At the largest text the list needs the whole width; Enter opens the file."""


class ChildPreview(Card):
    """The selected child: facts, guardian, warnings, and what to do next."""

    def __init__(self, desktop: Desktop) -> None:
        super().__init__(desktop.theme)
        self._desktop = desktop
        self._id = ""
        self.setFixedWidth(round(312 + 118 * (desktop.theme.scale - 1)))
        self._inner = column(gap=desktop.theme.px(th.GAP_M))
        holder = QWidget()
        holder.setLayout(self._inner)
        self.body.addWidget(scrolling(holder, inside=True))
        for made in self._buttons():
            self.body.addWidget(made)
        self.hide()

    def show_child(self, child_id: str) -> None:
        """Shows a child; nothing for an empty id."""
        self._id = child_id
        self.reload()

    def reload(self) -> None:
        """Reads the shown child again."""
        found = children.read(self._desktop.desk, [self._id]) if self._id else []
        fits = self._desktop.theme.scale < MOST
        self.setVisible(bool(found) and fits)
        if not found or not fits:
            return
        clear(self._inner)
        file, d = found[0], self._desktop
        self._inner.addWidget(label(file.child.name, "title"))
        for text in warnings_of(d, file)[:2]:
            self._inner.addWidget(Banner(d.theme, "caution", text))
        names = ("birth_date", "school", "grade", "home_address")
        self._inner.addLayout(facts_grid(d, file.child, names))
        if file.guardian:
            self._inner.addWidget(label(d.tr("Guardian"), "heading"))
            self._inner.addLayout(facts_grid(d, file.guardian, ("name", "relation", "phone")))
        self._inner.addStretch(1)

    def _buttons(self) -> list[QPushButton]:
        """What is done next stays in sight, however much there is to say of the child."""
        tr, theme, go = self._desktop.tr, self._desktop.theme, self._desktop.frame.open_address
        return [
            button(tr("Record a visit"), lambda: go(f"visit/{self._id}"), theme=theme, icon="fa6s.clipboard-check",
                   kind="primary"),
            button(tr("Print a visit sheet"), lambda: go(f"papers/visit-sheet/{self._id}"), theme=theme,
                   icon="fa6s.print"),
            button(tr("Open the file"), lambda: go(f"child/{self._id}"), theme=theme),
        ]  # fmt: skip
