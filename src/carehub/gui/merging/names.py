"""The names behind a count: folded away until somebody wants to see them."""

from collections.abc import Sequence

from PySide6.QtWidgets import QPushButton, QWidget

from carehub.domain.records import RECORDS
from carehub.domain.texts import Texts
from carehub.gui import theme as th
from carehub.gui.theme import Theme
from carehub.gui.widgets.basics import button, column, label, row
from carehub.services.previews import Named

OPEN, SHUT = "fa6s.chevron-down", "fa6s.chevron-right"


class Unfolding(QWidget):
    """A button that shows and hides what it stands above. `word` says what is shown; `beside` stands at the right."""

    def __init__(
        self,
        theme: Theme,
        tr: Texts,
        word: str,
        content: QWidget,
        *,
        unfolded: bool = False,
        beside: QWidget | None = None,
    ) -> None:
        super().__init__()
        self._theme, self.texts, self._content = theme, tr, content
        self.button: QPushButton = button(word, self.toggle, theme=theme, icon=SHUT, kind="plain")
        line = row(self.button, 1, *([beside] if beside else []))
        self.setLayout(column(line, content, gap=theme.px(th.GAP_XS)))
        self._set(unfolded)

    @property
    def unfolded(self) -> bool:
        """Whether the content is in sight."""
        return not self._content.isHidden()

    def toggle(self) -> None:
        """Shows the content, or hides it."""
        self._set(not self.unfolded)

    def _set(self, unfolded: bool) -> None:
        self._content.setVisible(unfolded)
        self.button.setIcon(self._theme.icon(OPEN if unfolded else SHUT))
        self.button.setAccessibleDescription(self.texts("shown below") if unfolded else self.texts("folded away"))


def told(tr: Texts, rows: Sequence[Named], count: int) -> str:
    """Rows by the names people know them by, each name once with what it stands for; `count` is the whole number."""
    kinds: dict[str, list[str]] = {}
    for row_ in rows:
        name = row_.name or tr("(name unknown)")
        kind = tr(RECORDS[row_.table].about.label) if row_.table in RECORDS else row_.table
        if kind not in kinds.setdefault(name, []):
            kinds[name].append(kind)
    comma = tr.pick("、", ", ")
    text = comma.join(tr("{name} ({kinds})", name=name, kinds=comma.join(found)) for name, found in kinds.items())
    if count > len(rows):
        text += comma + tr("and {count} more records", count=count - len(rows))
    return text


def names(
    theme: Theme, tr: Texts, word: str, rows: Sequence[Named], count: int, *, unfolded: bool = False
) -> Unfolding:
    """A count that unfolds into names."""
    content = QWidget()
    content.setLayout(row(label(told(tr, rows, count)), margins=(theme.px(th.GAP_XXL), 0, 0, theme.px(th.GAP_XS))))
    return Unfolding(theme, tr, word, content, unfolded=unfolded)
