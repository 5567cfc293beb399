"""Finding visits by the numbers of their sheets, and the children who live in one household."""

from sqlalchemy import text
from sqlmodel import Session

from carehub.store.homes import AT_HOME_HERE

_MEMBER_HOME = AT_HOME_HERE.replace("site_id IN", "c.site_id IN", 1)


def of_number(session: Session, number: str) -> list[str]:
    """The visits of a whole sheet number, wherever they are at home, those that were not voided first. A sheet that
    was used for several children has one for each; the child it was printed for comes first."""
    sql = "SELECT id FROM visit WHERE sheet_no = :number ORDER BY voided_on IS NOT NULL, planned_for IS NULL, id"
    return [row[0] for row in session.execute(text(sql), {"number": number})]


def ending_with(session: Session, digits: str) -> list[tuple[str, bool]]:
    """(visit, whether it is still open) of every sheet at home here whose number ends with these digits; of a sheet
    that was used for several children only the first."""
    sql = f"""SELECT min(id), done_on IS NULL FROM visit
        WHERE sheet_no LIKE '%' || :digits AND voided_on IS NULL AND {AT_HOME_HERE}
        GROUP BY sheet_no ORDER BY 1"""
    return [(row[0], bool(row[1])) for row in session.execute(text(sql), {"digits": digits})]


def count_open(session: Session) -> int:
    """How many sheets at home here were not typed in yet."""
    sql = f"SELECT count(*) FROM visit WHERE done_on IS NULL AND voided_on IS NULL AND {AT_HOME_HERE}"
    return int(session.execute(text(sql)).scalar_one())


def household(session: Session, child_id: str) -> list[str]:
    """The other active children at home here with the same address, or a guardian of the same phone number."""
    sql = f"""SELECT c.id FROM child c WHERE c.id <> :child AND c.voided_on IS NULL AND c.status = 'active'
        AND c.same_as IS NULL AND {_MEMBER_HOME}
        AND (c.home_address <> '' AND c.home_address = (SELECT home_address FROM child WHERE id = :child)
            OR c.id IN (SELECT other.child_id FROM family_member mine JOIN family_member other
                ON other.phone = mine.phone AND other.is_guardian AND other.voided_on IS NULL
                WHERE mine.child_id = :child AND mine.is_guardian AND mine.voided_on IS NULL
                AND mine.phone <> '' AND mine.phone <> '无'))
        ORDER BY c.birth_date, c.id"""
    return [row[0] for row in session.execute(text(sql), {"child": child_id})]


def last_visitors(session: Session, child_id: str, volunteer_id: str | None) -> list[str]:
    """Who went on the visits most like the next one, as it was written down: to this child, then by this volunteer;
    the newest first."""
    sql = """SELECT visitors FROM visit WHERE visitors <> '' AND done_on IS NOT NULL AND voided_on IS NULL
        AND (child_id = :child OR volunteer_id = :volunteer)
        ORDER BY child_id = :child DESC, done_on DESC, id DESC LIMIT 5"""
    found = session.execute(text(sql), {"child": child_id, "volunteer": volunteer_id})
    return [row[0] for row in found]
