"""What is typed but not saved yet, kept in the encrypted store so that a crash or a power cut does not cost it."""

from collections.abc import Mapping

from carehub.services.desk import Desk
from carehub.store import settings


def _name(desk: Desk, key: str) -> str:
    return f"draft/{desk.user.id}/{key}"


def keep(desk: Desk, key: str, typed: Mapping[str, str]) -> None:
    """Keeps the draft of one form for this user, or forgets it if nothing is typed."""
    with desk.unit(None) as unit:
        if typed:
            settings.put(unit.session, _name(desk, key), dict(typed))
        else:
            settings.drop(unit.session, _name(desk, key))


def kept(desk: Desk, key: str) -> dict[str, str]:
    """The draft this user left in a form, empty if none."""
    with desk.store.reading() as session:
        found = settings.get(session, _name(desk, key))
    return {str(k): str(v) for k, v in found.items()} if isinstance(found, dict) else {}
