"""The recovery code of a new store: written down, and typed once from what was written."""

from collections.abc import Callable

from PySide6.QtCore import Signal

from carehub.domain.texts import Texts
from carehub.gui import theme as th
from carehub.gui.theme import Theme
from carehub.gui.widgets.basics import Card, button, label, line_edit, row
from carehub.services import opening
from carehub.services.opening import NewStore


class CodeCard(Card):
    """A code nobody wrote down helps nobody: work begins when it was typed. Emits `done`. `to_paper` prints it."""

    done = Signal()

    def __init__(self, theme: Theme, tr: Texts, new: NewStore, to_paper: Callable[[], object]) -> None:
        super().__init__(theme, label(tr("Write this down and lock it away"), "heading"), gap=th.GAP_M)
        self._tr, self._code = tr, new.recovery_code
        self.body.addWidget(label(tr("If the password is ever forgotten, only this code opens the store:")))
        self.body.addWidget(label(new.recovery_code, "big"))
        paper = button(tr("Print it"), to_paper, theme=theme, icon="fa6s.print")
        self.body.addLayout(row(paper, 1))
        self.typed = line_edit(tr("The recovery code, typed once"))
        self.typed.textEdited.connect(self._look)
        self.typed.returnPressed.connect(self._enter)
        self.body.addWidget(
            label(tr("Type the code once from your paper; small letters do, and the dashes may be left out."))
        )
        self.body.addWidget(self.typed)
        self._how_far = label("", "muted")
        self._how_far.setMinimumHeight(theme.row)
        self.go = button(tr("Begin working"), self.done.emit, theme=theme, icon="fa6s.check", kind="primary")
        line = row(self._how_far, self.go, gap=theme.px(th.GAP_M))
        line.setStretch(0, 1)
        self.body.addLayout(line)
        self._look("")

    def _look(self, text: str) -> None:
        """Says while typing how far it is, and in which group of four a slip is."""
        right, typed = opening.code_letters(self._code), opening.code_letters(text)
        slip = next((n for n, (a, b) in enumerate(zip(typed, right, strict=False)) if a != b), None)
        whole = typed == right
        self.go.setEnabled(whole)
        if slip is not None or len(typed) > len(right):
            group = (len(right) - 1 if slip is None else slip) // 4 + 1
            told = self._tr("Group {group} is not as above. Please look again.", group=group)
        elif whole:
            told = self._tr("That is right.")
        else:
            told = self._tr("{count} characters to go", count=len(right) - len(typed))
        self._how_far.setText(told)

    def _enter(self) -> None:
        if self.go.isEnabled():
            self.done.emit()
