"""How the store finds out what lists show of a child beside its own columns: guardian, last visit, pairing, age.

Each is an SQL expression on a row of the child's table. Where files of one child are linked (`linked.py`), the one that
stands for all shows what the others hold: `:roots` is then a JSON object of the rows shown with another.
"""

from collections.abc import Mapping

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


_AGE = (
    "(CAST(strftime('%Y', :today) AS INTEGER) - CAST(strftime('%Y', birth_date) AS INTEGER)"
    " - (strftime('%m-%d', :today) < strftime('%m-%d', birth_date)))"
)
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


def _of_guardian(column: str) -> tuple[str, str]:
    alone, linked = (f"(SELECT g.{column} FROM family_member g WHERE g.id = ({sql}))" for sql in _GUARDIAN)
    return alone, linked


_EXPRESSIONS: Mapping[str, Mapping[str, tuple[str, str]]] = {
    "child": {
        "age": (_AGE, _AGE),
        "guardian": _of_guardian("name"),
        "guardian_relation": _of_guardian("relation"),
        "guardian_phone": _of_guardian("phone"),
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
