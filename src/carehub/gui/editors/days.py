"""The editor of a day: typed in any spelling, stepped with the arrow keys, or picked from a calendar."""

from collections.abc import Callable
from datetime import date, timedelta

from PySide6.QtCore import QDate, QLocale, QPoint, QRect, Qt
from PySide6.QtGui import QColor, QKeyEvent, QPainter, QTextCharFormat
from PySide6.QtWidgets import QCalendarWidget, QFrame, QTableView, QToolButton, QVBoxLayout

from carehub.domain.normalise import parse_day
from carehub.domain.texts import CHINESE, Texts, mark
from carehub.gui import theme as th
from carehub.gui.editors.lines import LineEditor
from carehub.gui.theme import Theme
from carehub.gui.widgets.basics import icon_button, look

CALENDAR = "fa6s.calendar-days"
WIDTH = 240
"""Width of field and button together at the standard size."""


class DayEditor(LineEditor):
    """One day. Up and Down step by a day, T in an empty field is today, Alt+Down opens the calendar."""

    def __init__(self, theme: Theme, tr: Texts, *, today: Callable[[], date] = date.today) -> None:
        super().__init__(theme, tr, width=0, latin=True)
        self._today = today
        self._popup: DayPopup | None = None
        self.line.setToolTip(tr("Up and Down: one day; T: today; Alt+Down: calendar"))
        self.line.setFixedWidth(theme.px(WIDTH) - theme.row - 4 - theme.px(th.GAP_XS))
        self.opener = icon_button(tr("Calendar"), CALENDAR, self.open_calendar, theme=theme)
        self.opener.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        look(self.opener, "")
        self.row.setSpacing(theme.px(th.GAP_XS))
        self.row.addWidget(self.opener)
        self.row.addStretch(1)

    def set_name(self, name: str) -> None:
        super().set_name(name)
        self.opener.setAccessibleName(self._tr(mark("Calendar: {label}"), label=name))

    def day(self) -> date | None:
        """The day that is typed, if it is one."""
        return parse_day(self.text()) if self.text().strip() else None

    def set_value(self, value: object) -> None:
        self.set_text(value.isoformat() if isinstance(value, date) else "" if value is None else str(value))

    def tidy(self) -> None:
        day = self.day()
        if day:
            self._show(day)

    def key_pressed(self, event: QKeyEvent) -> bool:
        key = event.key()
        if key in (Qt.Key.Key_Up, Qt.Key.Key_Down):
            if event.modifiers() & Qt.KeyboardModifier.AltModifier:
                self.open_calendar()
            else:
                self._step(1 if key == Qt.Key.Key_Up else -1)
            return True
        if key == Qt.Key.Key_T and not self.text():
            self._take(self._today())
            return True
        return super().key_pressed(event)

    def open_calendar(self) -> None:
        """Shows the calendar beneath the field."""
        self.line.setFocus(Qt.FocusReason.OtherFocusReason)
        self._popup = DayPopup(self.theme, self._tr, self.day() or self._today(), self._take)
        self._popup.setAccessibleName(self.opener.accessibleName())
        self._popup.place(self.line.mapToGlobal(QPoint(0, self.line.height() + self.theme.px(th.GAP_XS))))

    def _step(self, days: int) -> None:
        day = self.day()
        self._take(day + timedelta(days) if day else self._today())

    def _take(self, day: date) -> None:
        self._show(day)
        self.changed.emit()

    def _show(self, day: date) -> None:
        if self.line.text() != day.isoformat():
            self.line.setText(day.isoformat())


class Calendar(QCalendarWidget):
    """A month, Monday first; days of other months stand back."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.setFirstDayOfWeek(Qt.DayOfWeek.Monday)
        self.setVerticalHeaderFormat(QCalendarWidget.VerticalHeaderFormat.NoVerticalHeader)
        self.setHorizontalHeaderFormat(QCalendarWidget.HorizontalHeaderFormat.SingleLetterDayNames)
        plain = QTextCharFormat()
        plain.setForeground(QColor(th.INK))
        for day in (Qt.DayOfWeek.Saturday, Qt.DayOfWeek.Sunday):
            self.setWeekdayTextFormat(day, plain)
        for name, icon in (("prevmonth", "fa6s.chevron-left"), ("nextmonth", "fa6s.chevron-right")):
            button = self.findChild(QToolButton, f"qt_calendar_{name}")
            if button:
                button.setIcon(theme.icon(icon))
                button.setMinimumSize(theme.row, theme.row)
        self.setStyleSheet("QTableView, QTableView:focus, QTableView::item { border: none; padding: 0; }")
        days = self.findChild(QTableView)
        if days:
            days.horizontalHeader().setMinimumSectionSize(1)
        self.setMinimumSize(theme.row * 8, theme.row * 8)

    def paintCell(self, painter: QPainter, rect: QRect, day: QDate | date) -> None:
        shown = day if isinstance(day, QDate) else QDate(day.year, day.month, day.day)
        if shown.month() == self.monthShown():
            super().paintCell(painter, rect, shown)
        else:
            painter.setPen(QColor(th.DISABLED))
            painter.drawText(rect, Qt.AlignmentFlag.AlignCenter, str(shown.day()))


class DayPopup(QFrame):
    """A calendar that goes away as soon as a day is picked."""

    def __init__(self, theme: Theme, tr: Texts, day: date, take: Callable[[date], object]) -> None:
        super().__init__(None, Qt.WindowType.Popup)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        look(self, "card")
        self._take = take
        self.calendar = Calendar(theme)
        language = QLocale.Language.Chinese if tr.language == CHINESE else QLocale.Language.English
        self.calendar.setLocale(QLocale(language))
        self.calendar.setSelectedDate(QDate(day.year, day.month, day.day))
        self.calendar.clicked.connect(self._picked)
        self.calendar.activated.connect(self._picked)
        edge = theme.px(th.GAP_XS)
        body = QVBoxLayout(self)
        body.setContentsMargins(edge, edge, edge, edge)
        body.addWidget(self.calendar)

    def place(self, corner: QPoint) -> None:
        """Shows the calendar at a corner, moved so that all of it is on the screen."""
        self.adjustSize()
        room = self.screen().availableGeometry()
        x = max(room.left(), min(corner.x(), room.right() - self.width()))
        y = max(room.top(), min(corner.y(), room.bottom() - self.height()))
        self.move(x, y)
        self.show()
        self.calendar.setFocus()

    def _picked(self, day: QDate) -> None:
        if self._take is not None:
            take, self._take = self._take, lambda _day: None
            take(date(day.year(), day.month(), day.day()))
        self.close()
