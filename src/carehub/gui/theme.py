"""Sizes, spacing and colours: here and nowhere else. Everything scales with the text."""

from dataclasses import dataclass
from enum import IntEnum

import qtawesome
from pylopdf_fonts_zh_cn import sans_path
from PySide6.QtGui import QColor, QFont, QFontDatabase, QIcon, QPalette
from PySide6.QtWidgets import QApplication


class TextSize(IntEnum):
    """Body text in pixels."""

    STANDARD = 18
    LARGE = 24
    EXTRA_LARGE = 30


PAPER, CARD, INK, MUTED, LINE = "#FAF8F4", "#FFFFFF", "#1D2A2E", "#46555B", "#D9D4CA"
ACCENT, TINT, ALARM, CAUTION, GOOD = "#0B5D56", "#E3F1EF", "#9B1C1C", "#6B4300", "#1E5B2E"
EDGE = "#7A756B"
"""Outline of controls: reads at 3:1 on paper and card, as a line between rows need not."""
HOVER, PRESSED, DISABLED = "#0A4F49", "#083F3A", "#8B8F8C"

GAP_XS, GAP_S, GAP_M, GAP_L, GAP_XL, GAP_XXL = 4, 8, 12, 16, 24, 32
CORNER, RAIL, ROW, PLACE = 8, 200, 44, 60


@dataclass(frozen=True)
class Theme:
    """The look at one text size. Handed to every widget that sizes itself."""

    size: TextSize = TextSize.STANDARD

    @property
    def scale(self) -> float:
        return self.size / TextSize.STANDARD

    def px(self, standard: float) -> int:
        """A length given at the standard size, at this one. Spacing grows half as fast as text, so that extra-large
        text still fits a small screen."""
        return round(standard * (1 + (self.scale - 1) / 2)) if standard <= GAP_XXL else round(standard * self.scale)

    def text(self, factor: float = 1.0) -> int:
        """Text height in pixels: 1.0 is body, 1.5 a page's title, 0.85 a remark."""
        return round(self.size * factor)

    @property
    def row(self) -> int:
        """Height of rows and controls, a comfortable target at every size."""
        return round(ROW * (1 + (self.scale - 1) * 0.8))

    @property
    def place(self) -> int:
        """Height of a place in the rail: an office has nine of them, and at every size all fit the screen."""
        return round(48 * (1 + (self.scale - 1) * 0.25))

    @property
    def rail(self) -> int:
        """Width of the rail of places."""
        return round(RAIL * (1 + (self.scale - 1) * 0.55))

    def icon(self, name: str, colour: str = INK) -> QIcon:
        """An icon of the one family, in one of this module's colours."""
        made: QIcon = qtawesome.icon(name, color=colour)
        return made

    def colour(self, colour: str) -> QColor:
        """One of this module's colours as Qt wants it."""
        return QColor(colour)

    def font(self, factor: float = 1.0, *, strong: bool = False) -> QFont:
        """The screen font at a multiple of the body size."""
        font = QFont(QApplication.font().families())
        font.setPixelSize(self.text(factor))
        font.setWeight(QFont.Weight.DemiBold if strong else QFont.Weight.Normal)
        return font


def load_fonts(app: QApplication) -> None:
    """Makes the program's own font the application's: the same look, and the same rare characters, everywhere."""
    number = QFontDatabase.addApplicationFont(str(sans_path()))
    families = QFontDatabase.applicationFontFamilies(number)
    font = QFont(families or ["Noto Sans SC"])
    font.setHintingPreference(QFont.HintingPreference.PreferNoHinting)
    app.setFont(font)


def apply(app: QApplication, theme: Theme) -> None:
    """Dresses the whole application."""
    app.setStyle("Fusion")
    font = app.font()
    font.setPixelSize(theme.text())
    app.setFont(font)
    app.setPalette(palette())
    app.setStyleSheet(style_sheet(theme))


def palette() -> QPalette:
    """Colours for what the style sheet leaves to the style."""
    made = QPalette()
    roles = QPalette.ColorRole
    for role, colour in {
        roles.Window: PAPER, roles.WindowText: INK, roles.Base: CARD, roles.AlternateBase: PAPER, roles.Text: INK,
        roles.Button: CARD, roles.ButtonText: INK, roles.Highlight: ACCENT, roles.HighlightedText: CARD,
        roles.PlaceholderText: MUTED, roles.ToolTipBase: INK, roles.ToolTipText: CARD, roles.Link: ACCENT,
    }.items():  # fmt: skip
        made.setColor(role, QColor(colour))
    return made


def style_sheet(theme: Theme) -> str:
    """The style sheet of one size. Widgets choose a part by their property `look`."""
    px, row = theme.px, theme.row
    return f"""
QWidget {{ color: {INK}; font-size: {theme.text()}px; }}
QMainWindow, QWidget[look="page"], QDialog, QScrollArea, QScrollArea > QWidget > QWidget[look="page"] {{
  background: {PAPER}; }}
QScrollArea {{ border: none; }}
QToolTip {{ background: {INK}; color: {CARD}; border: none; padding: {px(8)}px; }}
QFrame[look="card"] {{ background: {CARD}; border: 1px solid {LINE}; border-radius: {px(CORNER)}px; }}
QWidget[look="inside"], QScrollArea > QWidget > QWidget[look="inside"] {{ background: {CARD}; }}
QFrame[look="rule"] {{ background: {LINE}; max-height: 1px; min-height: 1px; border: none; }}
QLabel[look="title"] {{ font-size: {theme.text(1.45)}px; font-weight: 600; }}
QLabel[look="heading"] {{ font-size: {theme.text(1.12)}px; font-weight: 600; color: {ACCENT}; }}
QLabel[look="strong"] {{ font-weight: 600; }}
QLabel[look="muted"] {{ color: {MUTED}; }}
QLabel[look="small"] {{ color: {MUTED}; font-size: {theme.text(0.85)}px; }}
QLabel[look="alarm"] {{ color: {ALARM}; }}
QLabel[look="big"] {{ font-size: {theme.text(2.0)}px; font-weight: 600; }}

QPushButton {{ background: {CARD}; border: 1px solid {EDGE}; border-radius: {px(CORNER)}px;
  min-height: {row - 2}px; padding: 0 {px(16)}px; }}
QPushButton:hover {{ background: {TINT}; border-color: {ACCENT}; }}
QPushButton:pressed {{ background: {LINE}; }}
QPushButton:focus {{ border: 3px solid {ACCENT}; padding: 0 {px(16) - 2}px; min-height: {row - 6}px; }}
QPushButton:disabled {{ color: {DISABLED}; border-color: {LINE}; background: {PAPER}; }}
QPushButton[look="primary"] {{ background: {ACCENT}; color: {CARD}; border-color: {ACCENT}; font-weight: 600; }}
QPushButton[look="primary"]:hover {{ background: {HOVER}; }}
QPushButton[look="primary"]:pressed {{ background: {PRESSED}; }}
QPushButton[look="primary"]:focus {{ border: 3px solid {INK}; }}
QPushButton[look="primary"]:disabled {{ background: {LINE}; color: {MUTED}; border-color: {LINE}; }}
QPushButton[look="danger"] {{ color: {ALARM}; border-color: {ALARM}; }}
QPushButton[look="plain"] {{ border-color: transparent; background: transparent; }}
QPushButton[look="plain"]:hover {{ background: {TINT}; }}
QPushButton[look="plain"]:focus {{ border: 3px solid {ACCENT}; }}
QPushButton[look="chip"] {{ border-radius: {(row - 4) // 2}px; padding: 0 {px(16)}px; }}
QPushButton[look="chip"]:checked {{ background: {TINT}; border-color: {ACCENT}; color: {ACCENT}; font-weight: 600; }}
QPushButton[look="segment"] {{ border-radius: {px(6)}px; padding: 0 {px(12)}px; }}
QPushButton[look="segment"]:checked {{ background: {ACCENT}; color: {CARD}; border-color: {ACCENT}; font-weight: 600; }}
QPushButton[look="segment"]:checked:focus {{ border: 3px solid {INK}; }}

QWidget[look="rail"] {{ background: {CARD}; border-right: 1px solid {LINE}; }}
QPushButton[look="place"] {{ border: none; border-left: {px(4)}px solid transparent; border-radius: 0; text-align: left;
  background: transparent; padding: 0 {px(8)}px 0 {px(12)}px; min-height: {theme.place}px; }}
QPushButton[look="place"]:hover {{ background: {PAPER}; }}
QPushButton[look="place"]:checked {{ background: {TINT}; border-left-color: {ACCENT}; color: {ACCENT};
  font-weight: 600; }}
QPushButton[look="place"]:focus {{ border: 3px solid {ACCENT}; border-left: {px(4)}px solid {ACCENT};
  padding: 0 {px(8) - 3}px 0 {px(12)}px; min-height: {theme.place - 6}px; }}
QWidget[look="bar"] {{ background: {CARD}; border-bottom: 1px solid {LINE}; }}

QLineEdit, QPlainTextEdit, QComboBox, QDateEdit, QSpinBox {{ background: {CARD}; border: 1px solid {EDGE};
  border-radius: {px(CORNER)}px; padding: 0 {px(12)}px; min-height: {row - 2}px; placeholder-text-color: {MUTED};
  selection-background-color: {ACCENT}; selection-color: {CARD}; }}
QPlainTextEdit {{ padding: {px(8)}px {px(10)}px; }}
QLineEdit:focus, QPlainTextEdit:focus, QComboBox:focus {{ border: 3px solid {ACCENT}; padding: 0 {px(12) - 2}px;
  min-height: {row - 6}px; }}
QPlainTextEdit:focus {{ padding: {px(8) - 2}px {px(10) - 2}px; }}
QLineEdit[wrong="true"], QPlainTextEdit[wrong="true"], QComboBox[wrong="true"] {{ border-color: {ALARM}; }}
QLineEdit:read-only {{ background: {PAPER}; }}
QComboBox::drop-down {{ border: none; width: {px(32)}px; }}
QComboBox QAbstractItemView {{ background: {CARD}; border: 1px solid {EDGE}; selection-background-color: {TINT};
  selection-color: {ACCENT}; outline: none; }}
QComboBox QAbstractItemView::item {{ min-height: {row}px; padding: 0 {px(12)}px; }}
QAbstractItemView::item:focus {{ border: none; }}

QTableView {{ background: {CARD}; border: 1px solid {LINE}; border-radius: {px(CORNER)}px; gridline-color: transparent;
  selection-background-color: {TINT}; selection-color: {INK}; outline: none; alternate-background-color: {CARD}; }}
QTableView:focus {{ border: 2px solid {ACCENT}; }}
QTableView::item {{ padding: 0 {px(8)}px; border-bottom: 1px solid {LINE}; }}
QTableView::item:selected {{ background: {TINT}; color: {INK}; }}
QHeaderView {{ background: {PAPER}; border: none; }}
QHeaderView::section {{ text-align: left; background: {PAPER}; color: {MUTED}; border: none;
  border-bottom: 2px solid {LINE}; padding: 0 {px(8)}px; min-height: {row - 6}px; font-size: {theme.text(0.9)}px; }}
QListWidget {{ background: {CARD}; border: 1px solid {LINE}; border-radius: {px(CORNER)}px; outline: none; }}
QListWidget::item {{ min-height: {row}px; padding: 0 {px(12)}px; border-bottom: 1px solid {LINE}; }}
QListWidget::item:selected {{ background: {TINT}; color: {INK}; }}
QListWidget:focus {{ border: 2px solid {ACCENT}; }}

QProgressBar {{ background: {LINE}; border: none; border-radius: {px(6)}px; min-height: {px(12)}px;
  max-height: {px(12)}px; }}
QProgressBar::chunk {{ background: {ACCENT}; border-radius: {px(6)}px; }}
QScrollBar:vertical {{ background: transparent; width: {px(14)}px; }}
QScrollBar:horizontal {{ background: transparent; height: {px(14)}px; }}
QScrollBar::handle {{ background: {EDGE}; border-radius: {px(5)}px; margin: {px(3)}px; min-height: {px(32)}px;
  min-width: {px(32)}px; }}
QScrollBar::add-line, QScrollBar::sub-line {{ width: 0; height: 0; }}
QScrollBar::add-page, QScrollBar::sub-page {{ background: transparent; }}
QFrame[look="training"] {{ background: #FFC94D; border: none; }}
QFrame[look="banner-info"] {{ background: {TINT}; border: 1px solid {ACCENT}; border-radius: {px(CORNER)}px; }}
QFrame[look="banner-caution"] {{ background: #FFF6E5; border: 1px solid {CAUTION}; border-radius: {px(CORNER)}px; }}
QFrame[look="banner-alarm"] {{ background: #FDECEC; border: 2px solid {ALARM}; border-radius: {px(CORNER)}px; }}
QFrame[look="banner-good"] {{ background: #EAF4EC; border: 1px solid {GOOD}; border-radius: {px(CORNER)}px; }}
QCalendarWidget QWidget {{ background: {CARD}; }}
"""
