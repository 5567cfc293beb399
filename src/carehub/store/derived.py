"""How the store finds out what lists show of a child beside its own columns: guardian, last visit, pairing, age.

Each is an SQL expression on a row of the child's table. Where files of one child are linked (`linked.py`), the one that
stands for all shows what the others hold: `:roots` is then a JSON object of the rows shown with another.
"""

from collections.abc import Collection, Mapping

from carehub.store.homes import AT_HOME_HERE

_LIVE = f"voided_on IS NULL AND {AT_HOME_HERE}"
_OTHERS = "(SELECT key FROM json_each(:roots) WHERE value = child.id)"
_STANDS_FOR_OTHERS = "child.id IN (SELECT value FROM json_each(:roots))"


def _own_or_others(of_child: str, *, together: str) -> tuple[str, str]:
    """An expression for a child alone, and for one that may stand for others. `of_child` has `{ids}`: whose rows;
    `together` has `{own}` and `{others}`."""
    own, others = of_child.format(ids="= child.id"), of_child.format(ids=f"IN {_OTHERS}")
    joined = together.format(own=own, others=others)
    return own, f"CASE WHEN {_STANDS_FOR_OTHERS} THEN {joined} ELSE {own} END"


_AGE = """(substr(:today, 1, 4) - substr(child.birth_date, 1, 4)
    - (substr(:today, 6) < substr(child.birth_date, 6)))"""
_LAST_VISIT = _own_or_others(
    f"(SELECT max(done_on) FROM visit WHERE child_id {{ids}} AND done_on IS NOT NULL AND {_LIVE})",
    together="(SELECT max(d) FROM (SELECT {own} AS d UNION ALL SELECT {others}))",
)
_PAIRED = _own_or_others(
    f"EXISTS (SELECT 1 FROM pairing WHERE child_id {{ids}} AND ended_on IS NULL AND {_LIVE})",
    together="({own} OR {others})",
)
_GUARDIAN = _own_or_others(
    f"(SELECT id FROM family_member WHERE child_id {{ids}} AND is_guardian AND {_LIVE} ORDER BY id LIMIT 1)",
    together="coalesce({own}, {others})",
)


_GUARDIANS = {"guardian": "name", "guardian_relation": "relation", "guardian_phone": "phone"}


def _of_guardian(column: str) -> tuple[str, str]:
    alone, linked = (f"(SELECT g.{column} FROM family_member g WHERE g.id = ({sql}))" for sql in _GUARDIAN)
    return alone, linked


_EXPRESSIONS: Mapping[str, Mapping[str, tuple[str, str]]] = {
    "child": {
        "age": (_AGE, _AGE),
        **{name: _of_guardian(column) for name, column in _GUARDIANS.items()},
        "last_visit": _LAST_VISIT,
        "paired": _PAIRED,
    }
}


def is_derived(table: str, name: str) -> bool:
    """Whether a name stands for no column of a table but for something found out."""
    return name in _EXPRESSIONS.get(table, {})


def expression(table: str, name: str, *, linked: bool) -> str:
    """The SQL of a derived fact. It may ask for `:today` (ISO) and, where files are `linked`, for `:roots`."""
    return _EXPRESSIONS[table][name][linked]


def joined(table: str, names: Collection[str], *, linked: bool) -> tuple[str, Mapping[str, str]]:
    """What to join to a table's rows so that several derived facts are found out together: the SQL behind its name, and
    the SQL of the facts that it serves. The guardian is looked for once, whatever is shown of it."""
    served = {n: f"guardian.{column}" for n, column in _GUARDIANS.items() if n in names and is_derived(table, n)}
    if not served:
        return "", {}
    return f" LEFT JOIN family_member guardian ON guardian.id = ({_GUARDIAN[linked]})", served
