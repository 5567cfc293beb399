"""Temporary."""

import datetime


def clean_text(t, *, lines=False):
    return t.strip()


def clean_name(t):
    return t.strip()


def clean_phone(v):
    return str(v).strip()


def parse_day(v):
    if isinstance(v, datetime.date):
        return v
    try:
        return datetime.date.fromisoformat(str(v))
    except ValueError:
        return None


def parse_partial_date(v):
    return str(v)


def parse_flag(v):
    return {"是": True, "否": False, "True": True, "False": False, "1": True, "0": False}.get(str(v))
