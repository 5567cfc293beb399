"""The merge desk of an office: take in, settle questions, duplicates, what was set aside, and who has handed in."""

from PySide6.QtWidgets import QWidget

from carehub.domain.records import RECORDS
from carehub.domain.texts import mark
from carehub.gui import theme as th
from carehub.gui.desktop import Desktop, Page
from carehub.gui.merging.after import AfterPanel
from carehub.gui.merging.aside import AsidePanel
from carehub.gui.merging.calendar import CalendarPanel
from carehub.gui.merging.duplicates import DuplicatesPanel
from carehub.gui.merging.questions import QuestionsPanel
from carehub.gui.merging.sections import Sections
from carehub.gui.merging.taking import TakePanel
from carehub.gui.widgets.basics import column, scrolling
from carehub.services import quarantine, questions

TAKE, QUESTIONS, DUPLICATES, ASIDE, CALENDAR = "take", "questions", "duplicates", "aside", "calendar"
WORDS = {
    TAKE: mark("Take in"),
    QUESTIONS: mark("Questions"),
    DUPLICATES: mark("Duplicates"),
    ASIDE: mark("Set aside"),
    CALENDAR: mark("Calendar"),
}


class MergePage(Page):
    """One section in sight at a time: `merge/questions` opens one. Without a name it stays where it was; at first,
    where something waits for a decision, that is what one sees."""

    tables = frozenset(RECORDS)

    def __init__(self, desktop: Desktop) -> None:
        super().__init__(desktop)
        theme = self.theme
        self._opened = False
        self.take, self.after = TakePanel(desktop), AfterPanel(desktop)
        self.questions, self.duplicates = QuestionsPanel(desktop), DuplicatesPanel(desktop)
        self.aside, self.calendar = AsidePanel(desktop), CalendarPanel(desktop)
        self.sections = Sections(theme, self.texts)
        contents = {TAKE: self._taking(), QUESTIONS: self.questions, DUPLICATES: self.duplicates, ASIDE: self.aside,
                    CALENDAR: self.calendar}  # fmt: skip
        for key, word in WORDS.items():
            self.sections.add(key, self.texts(word), contents[key])
        margins = (self.edge, theme.px(th.GAP_M), self.edge, theme.px(th.GAP_M))
        self.setLayout(column(self.sections, margins=margins))
        self.sections.chosen.connect(self._chosen)
        self.take.done.connect(self._taken)
        self.after.undone.connect(self._undone)
        self.questions.changed.connect(self.reload)
        self.duplicates.counted.connect(lambda count: self.sections.set_count(DUPLICATES, count))

    def _taking(self) -> QWidget:
        holder = QWidget()
        holder.setLayout(column(self.take, self.after, 1, gap=self.theme.px(th.GAP_M)))
        self._area = scrolling(holder)
        return self._area

    @property
    def title(self) -> str:
        return self.texts("Merge desk")

    def open(self, argument: str) -> None:
        if argument in WORDS:
            self.sections.show_section(argument)
        elif not self._opened and questions.count(self.desk) and not self.take.busy:
            self.sections.show_section(QUESTIONS)
        self._opened = True

    def reload(self) -> None:
        self.sections.set_count(QUESTIONS, questions.count(self.desk))
        self.sections.set_count(ASIDE, quarantine.count(self.desk))
        self._refresh(self.sections.current)

    def _chosen(self, key: str) -> None:
        if not self.stale:  # else the shell is about to have everything read
            self._refresh(key)

    def _refresh(self, key: str) -> None:
        """Reads what is in sight; the other sections when they are brought into sight."""
        parts = {TAKE: self.after.reload, QUESTIONS: self.questions.reload, DUPLICATES: self.duplicates.reload,
                 ASIDE: self.aside.reload, CALENDAR: self.calendar.reload}  # fmt: skip
        parts[key]()

    def _undone(self) -> None:
        """What was said of bundles is no longer so."""
        self.take.put_away()
        self._taken()

    def _taken(self) -> None:
        """A merge may have left something anywhere."""
        self.duplicates.forget()
        self.reload()
        self._area.verticalScrollBar().setValue(0)
