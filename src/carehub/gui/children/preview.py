"""What one must know of a child at a glance, beside the list."""

from PySide6.QtWidgets import QWidget

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
        record = button(
            d.tr("Record a visit"), lambda: d.frame.open_address(f"visit/{self._id}"), theme=d.theme,
            icon="fa6s.clipboard-check", kind="primary",
        )  # fmt: skip
        show = button(d.tr("Open the file"), lambda: d.frame.open_address(f"child/{self._id}"), theme=d.theme)
        self._inner.addWidget(record)
        self._inner.addWidget(show)
