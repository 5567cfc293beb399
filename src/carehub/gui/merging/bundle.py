"""One bundle on the table: what would become of it, or what became of it, and what a person is asked about it."""

from collections.abc import Callable
from functools import partial
from pathlib import Path

from PySide6.QtWidgets import QWidget

from carehub.domain.texts import mark
from carehub.gui import theme as th
from carehub.gui.desktop import Desktop
from carehub.gui.merging.names import names
from carehub.gui.widgets.basics import button, column, label, line_edit, row
from carehub.gui.widgets.notice import Banner
from carehub.services.merging import Merged
from carehub.services.previews import Named, Preview
from carehub.services.taking import TakenIn

KINDS = {"merged": "good", "already": "info", "refused": "alarm", "waiting": "caution"}
COUNTS = mark("{new} new, {changed} changed, {conflicts} questions, {quarantined} not taken over")
SORTS = {
    "voided": mark("Would be voided: {count}"),
    "erased": mark("Would be erased, as the law asks: {count}"),
    "asked": mark("In question: {count}"),
    "new": mark("New: {count}"),
    "changed": mark("Changed: {count}"),
}


class BundleCard(QWidget):
    """A sentence about one bundle; before the merge the names behind its counts; its question, if it has one."""

    def __init__(
        self,
        desktop: Desktop,
        taken: TakenIn,
        trial: Preview | None,
        on_words: Callable[[Path, str], object],
        on_confirmed: Callable[[Path], object],
    ) -> None:
        super().__init__()
        theme = desktop.theme
        self.body = column(gap=theme.px(th.GAP_XS), margins=(0, 0, 0, theme.px(th.GAP_S)))
        self.setLayout(self.body)
        self._d, self._result, self._pairs, self._many = desktop, taken.result, taken.duplicates, taken.many_voids
        result = taken.result
        self.body.addWidget(Banner(desktop.theme, self._kind(), self._sentence()))
        if result.preview:
            self._add_names(result.preview, result)
        if result.words:
            self._ask_words(on_words)
        if result.asks:
            self._ask_voids(trial, on_confirmed)
        if result.status == "merged" and not result.preview:
            self._offer_next()

    def _kind(self) -> str:
        if self._result.preview:
            return "caution" if self._many else "info"
        return KINDS[self._result.status]

    def _sentence(self) -> str:
        tr, result = self._d.tr, self._result
        if result.error:
            return f"{result.file.name}\n{tr.error(result.error)}"
        counts = tr(COUNTS, new=result.new, changed=result.changed, conflicts=result.conflicts,
                    quarantined=result.quarantined)  # fmt: skip
        word = tr("would be merged") if result.preview else tr("merged")
        told = tr("Bundle {number} from “{site}” {word}: {counts}", number=result.number, site=result.sender, word=word,
                  counts=counts)  # fmt: skip
        if self._pairs:
            told += "\n" + tr("{count} pairs of files may be of one person", count=self._pairs)
        return told

    def _add_names(self, preview: Preview, result: Merged) -> None:
        """Voids come first and unfolded: nobody should have to look for them."""
        counts = {"voided": result.voided, "erased": result.erased, "asked": result.conflicts, "new": result.new,
                  "changed": result.changed}  # fmt: skip
        for sort, word in SORTS.items():
            rows: tuple[Named, ...] = getattr(preview, sort)
            if rows:
                told = self._d.tr(word, count=max(counts[sort], len(rows)))
                unfolded = sort in ("voided", "erased")
                self.body.addWidget(
                    names(self._d.theme, self._d.tr, told, rows, max(counts[sort], len(rows)), unfolded=unfolded)
                )

    def _ask_words(self, on_words: Callable[[Path, str], object]) -> None:
        """The clerk types the words that the room reads to him; nothing here can be just clicked away."""
        tr, theme = self._d.tr, self._d.theme
        self.words = line_edit(tr("Type the five words the site reads to you:"))
        self.words.setPlaceholderText(tr("Type the five words the site reads to you:"))

        def done() -> None:
            if self.words.text().strip():
                on_words(self._result.file, self.words.text())

        self.words.returnPressed.connect(done)
        approve = button(tr("The words are the same: approve"), done, theme=theme, kind="primary")
        line = row(self.words, approve, gap=theme.px(th.GAP_S))
        line.setStretch(0, 1)
        self.body.addLayout(line)

    def _ask_voids(self, trial: Preview | None, on_confirmed: Callable[[Path], object]) -> None:
        tr, theme, result = self._d.tr, self._d.theme, self._result
        assert result.error
        count = result.error.values["count"]
        rows = (*trial.voided, *trial.erased) if trial else ()
        if rows:
            told = tr(SORTS["voided"], count=count)
            self.body.addWidget(names(theme, tr, told, rows, int(str(count)), unfolded=True))
        confirm = button(tr("Take these {count} voids in", count=count), lambda: on_confirmed(result.file), theme=theme,
                         kind="danger", icon="fa6s.check")  # fmt: skip
        self.body.addLayout(row(1, confirm))

    def _offer_next(self) -> None:
        """What the merge left to be looked at, each with the way there."""
        tr, theme, open_address = self._d.tr, self._d.theme, self._d.frame.open_address
        ways = [
            (self._result.conflicts, tr("Settle the questions"), "merge/questions"),
            (self._pairs, tr("Look at possible duplicates"), "merge/duplicates"),
            (self._result.quarantined, tr("Look at what was set aside"), "merge/aside"),
        ]
        made = [
            button(word, partial(open_address, address), theme=theme)
            for count, word, address in ways
            if count and self._d.desk.is_office
        ]
        if made:
            self.body.addLayout(row(*made, 1, gap=theme.px(th.GAP_S)))
        elif self._result.conflicts:
            self.body.addWidget(
                label(tr("The questions are settled by the office, or here under “Questions”."), "muted")
            )
