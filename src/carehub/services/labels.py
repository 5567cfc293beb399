"""Values as people read them: labels, code names, masks, moments."""

from datetime import UTC, date, datetime

from carehub.domain.facts import Fact, Kind, Sensitivity, facts_of
from carehub.domain.masking import masked
from carehub.domain.money import yuan
from carehub.domain.records import RECORDS
from carehub.domain.texts import Texts
from carehub.services.desk import Desk


def label(texts: Texts, kind: str, field: str) -> str:
    """The label of a field in the chosen language."""
    return texts(facts_of(RECORDS[kind])[field].label)


def show(desk: Desk, kind: str, field: str, value: object, *, reveal: bool = True) -> str:
    """A value as a person reads it; sensitive ones masked unless `reveal`."""
    return show_fact(desk, facts_of(RECORDS[kind])[field], value, reveal=reveal)


def show_fact(desk: Desk, fact: Fact, value: object, *, reveal: bool = True) -> str:
    """Like `show`, for a fact at hand. References are shown by the caller, who knows the names."""
    if value is None or value == "":
        return ""
    if fact.codes:
        text = desk.codes[fact.codes].name_of(value, desk.texts)
    elif fact.kind is Kind.BOOLEAN:
        text = desk.texts("yes") if value else desk.texts("no")
    elif fact.kind is Kind.MONEY and isinstance(value, int):
        text = yuan(value)
    else:
        text = value.isoformat() if isinstance(value, date) else str(value)
    return masked(fact, text) if fact.sensitive and not reveal else text


def masked_for_all(kind: str, field: str) -> bool:
    """Whether a field is masked even for those who may read the rest of its record, until they say why."""
    found = facts_of(RECORDS[kind]).get(field)
    return found is not None and found.sensitivity is Sensitivity.RESTRICTED


def moment(at: int) -> str:
    """Unix milliseconds as a local date and time for people."""
    return datetime.fromtimestamp(at / 1000).strftime("%Y-%m-%d %H:%M")


def iso_moment(at: int) -> str:
    """Unix milliseconds as ISO 8601 in UTC for programs."""
    return datetime.fromtimestamp(at / 1000, UTC).isoformat(timespec="milliseconds")
