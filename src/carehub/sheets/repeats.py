"""Rows that are about somebody an earlier row of the file was about already."""

from carehub.domain.texts import mark
from carehub.sheets.plan import LedgerProblem, LedgerRecord

REPEATED = mark("{name} stands in row {row} of sheet “{sheet}” already. This row was not taken in again.")
OTHER_NAME = mark(
    "This identity number stands in row {row} of sheet “{sheet}” already, for {other}. "
    "This row ({name}) was not taken in. Please find out whose number it is."
)


class Repeats:
    """Remembers who was read so far, over all sheets of a file."""

    def __init__(self) -> None:
        self._by_number: dict[tuple[str, object], LedgerRecord] = {}
        self._by_person: dict[tuple[object, ...], list[LedgerRecord]] = {}

    def found(self, record: LedgerRecord) -> LedgerProblem | None:
        """The problem with a record that repeats an earlier one; else the record is remembered."""
        number = record.values.get("identity_no")
        earlier = self._by_number.get((record.kind, number)) if number else None
        if earlier:
            same = earlier.values["name"] == record.values["name"]
            return _problem(record, earlier, REPEATED if same else OTHER_NAME)
        keys = _person_keys(record)
        for key in keys:
            for other in self._by_person.get(key, ()):
                if not (number and other.values.get("identity_no")):
                    return _problem(record, other, REPEATED)
        if number:
            self._by_number[record.kind, number] = record
        for key in keys:
            self._by_person.setdefault(key, []).append(record)
        return None


def _person_keys(record: LedgerRecord) -> list[tuple[object, ...]]:
    """What tells a person without an identity number: name with birth date and carer, or name with phone."""
    values, name = record.values, record.values["name"]
    if record.kind == "volunteer":
        return [(record.kind, name, key, values[key]) for key in ("phone", "birth") if values.get(key)]
    guardian = next((m.get("name") for m in record.family if m.get("is_guardian")), None)
    if not (values.get("birth_date") or guardian):
        return []
    return [(record.kind, name, values.get("birth_date"), guardian)]


def _problem(record: LedgerRecord, earlier: LedgerRecord, message: str) -> LedgerProblem:
    told = {
        "row": earlier.row,
        "sheet": earlier.sheet,
        "name": record.values["name"],
        "other": earlier.values["name"],
    }
    return LedgerProblem(record.sheet, record.row, "*", "duplicate", message, told)
