"""How far a resolution is, in words."""

from datetime import date

from carehub.domain.meetings import Resolution
from carehub.domain.texts import Texts


def how_far(tr: Texts, resolution: Resolution) -> tuple[str, str]:
    """The words for how far a resolution is, and the look of them."""
    due = resolution.due_on
    if resolution.done_on:
        return tr("Done on {day}", day=resolution.done_on), "muted"
    if due is None:
        return tr("No day is set"), "muted"
    days = (due - date.today()).days
    if days < 0:
        return tr("⚠ Due on {day}, {days} days overdue", day=due, days=-days), "alarm"
    if days == 0:
        return tr("Due today, {day}", day=due), "strong"
    return tr("Due on {day}, {days} days left", day=due, days=days), "muted"
