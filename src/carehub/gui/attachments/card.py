"""Photos and scans of a child as small pictures with their titles: added by button or by dropping files here."""

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QDragEnterEvent, QDragLeaveEvent, QDropEvent, QIcon, QPainter, QPixmap
from PySide6.QtWidgets import QFileDialog, QToolButton, QWidget
from shiboken6 import isValid

from carehub.domain.attachments import PDF, Attachment
from carehub.domain.errors import CareHubError, NotFound
from carehub.domain.progress import Progress
from carehub.domain.rights import Right
from carehub.domain.texts import mark
from carehub.gui import theme as th
from carehub.gui.attachments.picture import fetch
from carehub.gui.desktop import Desktop
from carehub.gui.widgets.basics import Card, button, label, row
from carehub.gui.widgets.choosing import on_stick
from carehub.gui.widgets.flow import FlowLayout
from carehub.services import attachments
from carehub.services.attachments import Added, Owner

PATTERNS = "*.jpg *.jpeg *.png *.webp *.bmp *.tif *.tiff *.pdf"
HINT = mark("Drop photos or scans here, or press “Add photos or scans”. Pictures are made small by themselves.")
SEVERAL = mark("{count} files were not added. The first of them: {why}")


class Tile(QToolButton):
    """One photo or scan: a small picture and its title; opens the viewer."""

    def __init__(self, desktop: Desktop, attachment: Attachment) -> None:
        super().__init__()
        self._d, theme = desktop, desktop.theme
        title = attachment.title or ""
        self._side = side = theme.px(112)
        self.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextUnderIcon)
        self.setIconSize(QSize(side, side))
        self.setIcon(theme.icon("fa6s.file-pdf" if attachment.media == PDF else "fa6s.image", th.MUTED))
        room = side + theme.px(16)
        self.setText(self.fontMetrics().elidedText(title, Qt.TextElideMode.ElideRight, room))
        self.setToolTip(title)
        self.setAccessibleName(self._name(attachment))
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setFixedWidth(room + theme.px(th.GAP_L) + 2)
        self.setStyleSheet(
            f"QToolButton {{ border: 1px solid {th.LINE}; border-radius: {theme.px(th.CORNER)}px;"
            f" background: {th.CARD}; padding: {theme.px(th.GAP_S)}px; }}"
            f"QToolButton:hover {{ background: {th.TINT}; }}"
            f"QToolButton:focus {{ border: 3px solid {th.ACCENT}; }}"
        )
        self.clicked.connect(lambda: desktop.frame.open_address(f"attachment/{attachment.id}"))
        fetch(desktop, self, attachment, (side, side), self._show, self._absent)

    def _name(self, attachment: Attachment) -> str:
        """What a screen reader says: what it is, its title, and whether it is the child's photo."""
        tr = self._d.tr
        kind = tr("Photo of the child") if attachment.is_photo else tr("Photo or scan")
        return f"{kind}：{attachment.title}"

    def _show(self, picture: QPixmap) -> None:
        """The picture in the middle of a square, with a line around it: a white page is seen on white."""
        square, painter = self._square()
        ratio = picture.devicePixelRatio()
        width, height = picture.width() / ratio, picture.height() / ratio
        frame = QRectF((self._side - width) / 2, (self._side - height) / 2, width, height)
        painter.drawPixmap(frame.topLeft(), picture)
        painter.setPen(QColor(th.LINE))
        painter.drawRect(frame.adjusted(0.5, 0.5, -0.5, -0.5))
        painter.end()
        self.setIcon(QIcon(square))

    def _absent(self, error: Exception) -> None:
        """It has not come yet, or is damaged: said in words where the picture would be."""
        word = self._d.tr("not here yet") if isinstance(error, NotFound) else self._d.tr("damaged")
        square, painter = self._square()
        painter.setFont(self._d.theme.font(0.85))
        painter.setPen(QColor(th.MUTED))
        painter.drawText(QRectF(0, 0, self._side, self._side), Qt.AlignmentFlag.AlignCenter, word)
        painter.end()
        self.setIcon(QIcon(square))
        self.setAccessibleName(f"{self.accessibleName()}，{word}")

    def _square(self) -> tuple[QPixmap, QPainter]:
        ratio = self.devicePixelRatioF()
        square = QPixmap(round(self._side * ratio), round(self._side * ratio))
        square.setDevicePixelRatio(ratio)
        square.fill(Qt.GlobalColor.transparent)
        return square, QPainter(square)


class AttachmentsCard(Card):
    """What belongs to a child and its visits. Files dropped anywhere on it are added."""

    def __init__(self, desktop: Desktop, child_id: str) -> None:
        super().__init__(desktop.theme)
        self._d, self._child = desktop, child_id
        tr, theme = desktop.tr, desktop.theme
        found = attachments.of_child(desktop.desk, child_id)
        head = row(label(tr("Photos and scans"), "heading"), 1, gap=theme.px(th.GAP_S))
        self.body.addLayout(head)
        self._may = desktop.desk.may(Right.WRITE)
        if self._may:
            self.add = button(tr("Add photos or scans"), self._choose, theme=theme, icon="fa6s.plus")
            head.addWidget(self.add)
            self.setAcceptDrops(True)
        if found:
            self.body.addWidget(self._tiles(found))
        self._hint = label(tr(HINT) if self._may else tr("There is none yet."), "muted")
        self.body.addWidget(self._hint)
        if found and not self._may:
            self._hint.hide()

    def _tiles(self, found: Sequence[Attachment]) -> QWidget:
        holder = QWidget()
        flow = FlowLayout(holder, self._d.theme.px(th.GAP_M))
        self.tiles = [Tile(self._d, attachment) for attachment in found]
        for tile in self.tiles:
            flow.addWidget(tile)
        return holder

    def _choose(self) -> None:
        tr = self._d.tr
        chosen, _ = QFileDialog.getOpenFileNames(
            self, tr("Add photos or scans"), on_stick(), f"{tr('Photos and scans')} ({PATTERNS})"
        )
        self.take([Path(file) for file in chosen])

    def take(self, files: Sequence[Path]) -> None:
        """Adds files, on the worker."""
        if not files or not self._may:
            return
        self.add.setEnabled(False)
        job = self._d.jobs.start(attachments.add_all(self._d.desk, Owner("child", self._child), files))
        job.progressed.connect(self._step)
        job.finished.connect(self._added)
        job.failed.connect(self._failed)

    def _step(self, progress: Progress) -> None:
        if isValid(self):
            told = self._d.tr("Adding {n} of {count} …", n=progress.done + 1, count=progress.total)
            self._hint.setText(told)

    def _added(self, added: Added) -> None:
        """The page reads anew what was added; what could not be is told, with the reason of the first."""
        frame, tr = self._d.frame, self._d.tr
        self._rest()
        if added.count:
            frame.saved(added.touched)
        if len(added.errors) == 1:
            frame.complain(added.errors[0])
        elif added.errors:
            frame.complain(CareHubError(SEVERAL, count=len(added.errors), why=tr.error(added.errors[0])))

    def _failed(self, error: Exception) -> None:
        self._rest()
        self._d.frame.complain(error)

    def _rest(self) -> None:
        if isValid(self):
            self.add.setEnabled(True)
            self._hint.setText(self._d.tr(HINT))

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if _files_in(event):
            event.acceptProposedAction()
            self._hint.setText(self._d.tr("Let go to add them."))

    def dragLeaveEvent(self, event: QDragLeaveEvent) -> None:
        self._hint.setText(self._d.tr(HINT))
        super().dragLeaveEvent(event)

    def dropEvent(self, event: QDropEvent) -> None:
        event.acceptProposedAction()
        self.take(_files_in(event))


def _files_in(event: QDropEvent) -> list[Path]:
    """The files that are dragged; whether they are pictures is found out when they are read."""
    return [Path(url.toLocalFile()) for url in event.mimeData().urls() if url.isLocalFile()]
