"""The log of faults that are ours: where in the program, and of which kind. Never what an error says, for that may hold
a name or a number somebody typed."""

import logging
import logging.handlers
import sys
import threading
import traceback
from pathlib import Path
from types import TracebackType

import platformdirs

LOG = "carehub.log"
_LARGEST, _KEPT = 200_000, 2


class _Nameless(logging.Formatter):
    """Frames and kinds of errors, without their words and without notes."""

    def formatException(self, ei: object) -> str:  # noqa: N802 - logging calls it so
        error = ei[1] if isinstance(ei, tuple) else None
        lines: list[str] = []
        while isinstance(error, BaseException):
            frames = traceback.extract_tb(error.__traceback__)
            lines += [f"  {Path(f.filename).name}:{f.lineno} {f.name}" for f in frames]
            lines.append(f"  {type(error).__module__}.{type(error).__qualname__}")
            error = error.__cause__ or error.__context__
        return "\n".join(lines)


def start(folder: Path | None = None) -> None:
    """Writes faults into a small file in the user's log folder; what nobody caught goes there too, and not to the
    terminal with all its words. A folder that cannot be written is done without."""
    logger = logging.getLogger("carehub")
    logger.propagate = False
    folder = folder or Path(platformdirs.user_log_dir("carehub", appauthor=False))
    handler: logging.Handler
    try:
        folder.mkdir(parents=True, exist_ok=True)
        handler = logging.handlers.RotatingFileHandler(
            folder / LOG, maxBytes=_LARGEST, backupCount=_KEPT, encoding="utf-8"
        )
    except OSError:
        handler = logging.StreamHandler()
    handler.setFormatter(_Nameless("%(asctime)s %(message)s"))
    for old in logger.handlers[:]:
        logger.removeHandler(old)
        old.close()
    logger.addHandler(handler)
    sys.excepthook = _uncaught
    threading.excepthook = lambda told: _uncaught(told.exc_type, told.exc_value, told.exc_traceback)


def _uncaught(kind: type[BaseException], error: BaseException | None, trace: TracebackType | None) -> None:
    if issubclass(kind, KeyboardInterrupt):
        sys.__excepthook__(kind, error or kind(), trace)
        return
    logging.getLogger("carehub").error("uncaught", exc_info=error)
