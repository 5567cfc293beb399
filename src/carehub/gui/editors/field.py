"""One field of a form: its label, its editor, its help and what is wrong with it."""

from collections.abc import Callable

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QFontMetrics
from PySide6.QtWidgets import QGridLayout, QLabel, QWidget

from carehub.domain.drafts import Problem
from carehub.domain.facts import Fact
from carehub.domain.texts import Texts
from carehub.gui import theme as th
from carehub.gui.editors.base import Editor
from carehub.gui.theme import TextSize, Theme
from carehub.gui.widgets.basics import button, clear, column, label, look, row

BAD, REMARK = "fa6s.circle-exclamation", "fa6s.circle-info"


class Remark(QWidget):
    """An icon and a sentence: calm while somebody is still typing, an alarm once the field has been left."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._icon, self._words = QLabel(), label("", "alarm")
        side = theme.text(1.0)
        self._icon.setFixedWidth(side)
        self._icon.setAlignment(Qt.AlignmentFlag.AlignTop)
        line = row(self._icon, self._words, gap=theme.px(th.GAP_S))
        line.setStretch(1, 1)
        self.setLayout(line)
        self.hide()

    @property
    def words(self) -> str:
        return self._words.text()

    def say(self, words: str, *, calm: bool) -> None:
        """Shows a sentence, or nothing when it is empty."""
        self._words.setText(words)
        look(self._words, "muted" if calm else "alarm")
        side = self._theme.text(0.9)
        icon = self._theme.icon(REMARK if calm else BAD, th.MUTED if calm else th.ALARM)
        self._icon.setPixmap(icon.pixmap(QSize(side, side)))
        self._icon.setContentsMargins(
            0, max(0, (QFontMetrics(self._theme.font()).height() - side) // 2) + self._theme.px(2), 0, 0
        )
        self.setVisible(bool(words))


class Field(QWidget):
    """Label beside the editor at the standard size, above it when the text is larger."""

    edited = Signal(str)
    left = Signal(str)
    entered = Signal(str)

    def __init__(self, fact: Fact, editor: Editor, theme: Theme, tr: Texts, label_width: int) -> None:
        super().__init__()
        self.fact, self.name, self.editor = fact, fact.name, editor
        self._tr = tr
        self.problem: Problem | None = None
        self.calm = False
        self.loaded = ""
        self._caption = self._make_caption(theme, tr)
        self._remark = Remark(theme)
        self._theme = theme
        self._cover, self._cover_line = QWidget(), row(gap=theme.px(th.GAP_S))
        self._cover.setLayout(self._cover_line)
        self._cover.hide()
        self._help = label(tr(fact.help), "small") if fact.help else None
        editor.set_name(tr(fact.label))
        editor.set_description(tr(fact.help) if fact.help else "")
        self._arrange(theme, label_width)
        editor.changed.connect(lambda: self.edited.emit(self.name))
        editor.left.connect(lambda: self.left.emit(self.name))
        editor.entered.connect(lambda: self.entered.emit(self.name))

    @property
    def covered(self) -> bool:
        """Whether only a mask is shown."""
        return not self._cover.isHidden()

    def cover(self, mask: str, show: str, on_show: Callable[["Field"], object]) -> None:
        """Puts a mask over a sensitive value that is on file; its button (named `show`) asks to look or change it."""
        clear(self._cover_line)
        self.opener = button(show, lambda: on_show(self), theme=self._theme, icon="fa6s.eye")
        words = label(mask)
        self._cover_line.addWidget(words)
        self._cover_line.addWidget(self.opener)
        self._cover_line.setStretch(0, 1)
        self._cover.show()
        self.editor.hide()

    def uncover(self) -> None:
        """Shows the value itself."""
        self._cover.hide()
        self.editor.show()

    def touched(self) -> bool:
        """Whether something else stands there than was loaded."""
        return self.editor.text() != self.loaded

    def remember(self) -> None:
        """Takes what stands there now as what was loaded."""
        self.loaded = self.editor.text()

    def sentence(self) -> str:
        """What is said beneath the field."""
        return self._remark.words

    def show_problem(self, problem: Problem | None, *, calm: bool = False) -> None:
        """Says what is wrong beneath the editor, or takes it away."""
        self.problem, self.calm = problem, calm
        words = self._tr.error(problem.error()) if problem else ""
        if words != self._remark.words or problem:
            self._remark.say(words, calm=calm)
        self.editor.set_wrong(problem is not None and not calm)
        self.editor.set_description(words or (self._tr(self.fact.help) if self.fact.help else ""))

    def _make_caption(self, theme: Theme, tr: Texts) -> QWidget:
        made = QWidget()
        words = label(tr(self.fact.label))
        words.setBuddy(self.editor.target)
        if not self.fact.required:
            made.setLayout(row(words))
            return made
        needed = label(tr("required"), "small", wrap=False)
        line = row(words, needed, gap=theme.px(th.GAP_S))
        line.setStretch(0, 1 if stands_beside(theme) else 0)
        if not stands_beside(theme):
            words.setWordWrap(False)
            line.addStretch(1)
        made.setLayout(line)
        return made

    def _arrange(self, theme: Theme, label_width: int) -> None:
        below = column(self.editor, self._cover, gap=theme.px(th.GAP_XS))
        if self._help:
            below.addWidget(self._help)
        below.addWidget(self._remark)
        below.addStretch(1)
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        if stands_beside(theme):
            self._caption.setFixedWidth(label_width)
            self._caption.setMinimumHeight(theme.row)
            grid.setHorizontalSpacing(theme.px(th.GAP_L))
            grid.addWidget(self._caption, 0, 0, Qt.AlignmentFlag.AlignTop)
            grid.addLayout(below, 0, 1)
            grid.setColumnStretch(1, 1)
        else:
            grid.setVerticalSpacing(theme.px(th.GAP_XS))
            grid.addWidget(self._caption, 0, 0)
            grid.addLayout(below, 1, 0)


def stands_beside(theme: Theme) -> bool:
    """Whether labels stand beside their editors."""
    return theme.size <= TextSize.STANDARD


def caption_width(facts: list[Fact], theme: Theme, tr: Texts) -> int:
    """The width all labels of a form share, so that all editors begin at the same line."""
    words = QFontMetrics(theme.font())
    needed = QFontMetrics(theme.font(0.85)).horizontalAdvance(tr("required")) + theme.px(th.GAP_S)
    widths = [words.horizontalAdvance(tr(f.label)) + (needed if f.required else 0) for f in facts]
    return min(max(widths, default=0) + 4, theme.px(th.RAIL))
