"""What the window remembers between starts: text size, language, the stores last opened. No record, no name."""

import json
from dataclasses import asdict, dataclass, field
from pathlib import Path

import platformdirs

from carehub.gui.theme import TextSize


@dataclass
class Remembered:
    """Kept in the user's own configuration folder; a damaged file is as good as none."""

    size: int = int(TextSize.STANDARD)
    language: str = "zh_CN"
    stores: list[str] = field(default_factory=list)
    file: Path | None = field(default=None, repr=False)

    @classmethod
    def load(cls, file: Path | None = None) -> "Remembered":
        file = file or Path(platformdirs.user_config_dir("carehub", appauthor=False)) / "window.json"
        try:
            told = json.loads(file.read_text("utf-8"))
            size = told["size"] if told["size"] in tuple(TextSize) else int(TextSize.STANDARD)
            return cls(size, str(told["language"]), [str(s) for s in told["stores"]][:5], file)
        except (OSError, ValueError, KeyError, TypeError):
            return cls(file=file)

    @property
    def text_size(self) -> TextSize:
        return TextSize(self.size)

    def opened(self, store: Path) -> None:
        """Puts a store first among those offered."""
        text = str(store.absolute())
        self.stores = [text, *(s for s in self.stores if s != text)][:5]
        self.save()

    def save(self) -> None:
        """Writes the file; a computer that does not let us just forgets."""
        if self.file is None:
            return
        told = asdict(self)
        del told["file"]
        try:
            self.file.parent.mkdir(parents=True, exist_ok=True)
            self.file.write_text(json.dumps(told, ensure_ascii=False), "utf-8")
        except OSError:
            return
