"""One photo or scan as large as the window allows, with the way to the next one. It is a page like any other: it locks
with the window, and nothing of it is handed to another program."""

from collections.abc import Callable
from functools import partial
from pathlib import Path

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QKeySequence, QPixmap, QResizeEvent, QShortcut
from PySide6.QtWidgets import QFileDialog, QLabel, QPushButton, QSizePolicy, QWidget

from carehub.domain.attachments import JPEG, PDF, Attachment
from carehub.domain.errors import CareHubError
from carehub.domain.rights import Right
from carehub.domain.texts import mark
from carehub.gui import theme as th
from carehub.gui.attachments.picture import fetch
from carehub.gui.desktop import Desktop, Page
from carehub.gui.widgets.basics import button, clear, column, icon_button, label, row
from carehub.gui.widgets.choosing import on_desktop
from carehub.services import attachments
from carehub.services.attachments import Owner
from carehub.store.store import Touched

TAKEN_AWAY = mark("taken out of the file")


class AttachmentPage(Page):
    """The viewer: picture, title, what can be done with it."""

    tables = frozenset({"attachment"})

    def __init__(self, desktop: Desktop) -> None:
        super().__init__(desktop)
        self._found: list[Attachment] = []
        self._shown: Attachment | None = None
        self._page, self._pages = 0, 1
        self._head = column(gap=self.theme.px(th.GAP_S))
        self.picture = QLabel()
        self.picture.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.picture.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.picture.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Ignored)
        self.picture.setMinimumSize(self.theme.px(200), self.theme.px(160))
        margins = (self.edge, self.theme.px(th.GAP_M), self.edge, self.theme.px(th.GAP_M))
        body = column(self._head, self.picture, gap=self.theme.px(th.GAP_M), margins=margins)
        body.setStretch(1, 1)
        self.setLayout(body)
        self._later = QTimer(self, singleShot=True, interval=120)
        self._later.timeout.connect(self._draw)
        keys: dict[Qt.Key, Callable[[], object]] = {
            Qt.Key.Key_Left: partial(self._step, -1), Qt.Key.Key_Right: partial(self._step, 1),
            Qt.Key.Key_PageUp: partial(self._turn, -1), Qt.Key.Key_PageDown: partial(self._turn, 1),
            Qt.Key.Key_Escape: self.frame.go_back,
        }  # fmt: skip
        for key, action in keys.items():
            shortcut = QShortcut(QKeySequence(key), self)
            shortcut.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
            shortcut.activated.connect(action)

    @property
    def title(self) -> str:
        return self.texts("Photo or scan")

    def open(self, argument: str) -> None:
        self._page, self.stale = 0, False
        self._read(argument)
        self.picture.setFocus(Qt.FocusReason.OtherFocusReason)  # so that the arrow keys work at once

    def reload(self) -> None:
        if self._shown:
            self._read(self._shown.id)

    def _read(self, attachment_id: str) -> None:
        try:
            chosen = attachments.get(self.desk, attachment_id)
            if chosen.owner == "child":
                self._found = attachments.of_child(self.desk, chosen.owner_id)
            else:
                self._found = attachments.of(self.desk, Owner(chosen.owner, chosen.owner_id))
        except CareHubError as error:
            self._shown = None
            self._say(self.texts.error(error))
            return
        self._shown = next((a for a in self._found if a.id == chosen.id), chosen)
        self._count_pages()
        self._fill_head()
        self._draw()

    def _count_pages(self) -> None:
        self._pages = 1
        if self._shown and self._shown.media == PDF:
            try:
                self._pages = attachments.pages(self.desk, self._shown)
            except CareHubError:  # said where the page would be
                self._page = 0

    def _fill_head(self) -> None:
        shown, tr, gap = self._shown, self.texts, self.theme.px(th.GAP_S)
        assert shown
        clear(self._head)
        self.picture.setAccessibleName(f"{tr('Photo or scan')}：{shown.title}")
        about = QWidget()
        about.setLayout(column(label(shown.title or "", "strong"), label(self._about(shown), "muted")))
        about.setMinimumWidth(self.theme.px(160))
        acts, steps = row(gap=gap), row(gap=gap)
        if self._pages > 1:
            steps.addWidget(self._icon(tr("Page before"), partial(self._turn, -1), "fa6s.angle-up"))
            steps.addWidget(self._icon(tr("Page after"), partial(self._turn, 1), "fa6s.angle-down"))
        if len(self._found) > 1:
            steps.addWidget(self._icon(tr("Previous picture"), partial(self._step, -1), "fa6s.chevron-left"))
            steps.addWidget(self._icon(tr("Next picture"), partial(self._step, 1), "fa6s.chevron-right"))
        if self.desk.may(Right.WRITE):
            if shown.owner == "child" and shown.media == JPEG and not shown.is_photo:
                acts.addWidget(self._button(tr("Make it the photo of the child"), self._set_photo, "fa6s.user"))
            acts.addWidget(self._button(tr("Take away"), self._void, "fa6s.trash-can", "danger"))
        if self.desk.may(Right.TAKE_OUT):
            acts.addWidget(self._button(tr("Save to a file"), self._save, "fa6s.download"))
        wide = self.theme.scale > 1
        line = row(about, *([] if wide else [acts]), steps, gap=self.theme.px(th.GAP_L))
        line.setStretch(0, 1)
        self._head.addLayout(line)
        if wide:
            acts.addStretch(1)
            self._head.addLayout(acts)

    def _icon(self, word: str, action: Callable[[], object], icon: str) -> QPushButton:
        return icon_button(word, icon, action, theme=self.theme)

    def _button(self, word: str, action: Callable[[], object], icon: str, kind: str = "") -> QPushButton:
        return button(word, action, theme=self.theme, icon=icon, kind=kind)

    def _about(self, shown: Attachment) -> str:
        """Where one is among the pictures, what it is, and when it was taken."""
        tr = self.texts
        place = next((n for n, a in enumerate(self._found, start=1) if a.id == shown.id), 1)
        told = [tr("{n} of {count}", n=place, count=max(len(self._found), 1))]
        if self._pages > 1:
            told.append(tr("page {n} of {count}", n=self._page + 1, count=self._pages))
        if shown.is_photo:
            told.append(tr("Photo of the child"))
        if shown.taken_on:
            told.append(tr("taken on {day}", day=shown.taken_on.isoformat()))
        return "　".join(told)

    # --- showing ---

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._later.start()

    def _draw(self) -> None:
        """Fetches the picture as large as there is room for it now."""
        if self._shown is None or self.picture.width() < 10:
            return
        size, asked = (self.picture.width(), self.picture.height()), (self._shown.id, self._page)

        def done(picture: QPixmap) -> None:
            if self._shown and asked == (self._shown.id, self._page):  # else one has gone on meanwhile
                self.picture.setPixmap(picture)

        def failed(error: Exception) -> None:
            self._say(self.texts.error(error) if isinstance(error, CareHubError) else type(error).__name__)

        fetch(self.desktop, self.picture, self._shown, size, done, failed, self._page)

    def _say(self, text: str) -> None:
        self.picture.clear()
        self.picture.setWordWrap(True)
        self.picture.setText(text)
        self.picture.setAccessibleName(text)

    def _step(self, by: int) -> None:
        """Goes to the next picture; behind the last one stands the first."""
        if self._shown and len(self._found) > 1:
            at = next(n for n, a in enumerate(self._found) if self._shown and a.id == self._shown.id)
            self._page = 0
            self._read(self._found[(at + by) % len(self._found)].id)

    def _turn(self, by: int) -> None:
        if 0 <= self._page + by < self._pages:
            self._page += by
            self._fill_head()
            self._draw()

    # --- doing ---

    def _do(self, work: Callable[[], Touched]) -> bool:
        try:
            touched = work()
        except CareHubError as error:
            self.frame.complain(error)
            return False
        self.frame.saved(touched)
        return True

    def _set_photo(self) -> None:
        if self._shown:
            self._do(partial(attachments.set_photo, self.desk, self._shown.id))

    def _void(self) -> None:
        """Takes it away and goes back to where it was opened; pressing undo brings it back."""
        if self._shown:
            chosen, self._shown = self._shown, None
            if self._do(partial(attachments.void, self.desk, chosen.id, self.texts(TAKEN_AWAY))):
                self.frame.go_back()
            else:
                self._shown = chosen

    def _save(self) -> None:
        folder = QFileDialog.getExistingDirectory(self, self.texts("Where to save it"), on_desktop())
        if folder and self._shown:
            try:
                file = attachments.save(self.desk, self._shown.id, Path(folder))
            except CareHubError as error:
                self.frame.complain(error)
                return
            self.frame.say(self.texts("Saved: {file}", file=file.name))
