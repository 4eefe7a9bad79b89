"""Moments in cursors."""

from datetime import UTC, datetime

from fushinban.errors import InputError
from fushinban.messages import say


def write_moment(moment: datetime) -> str:
    """The moment as text, in UTC."""
    return moment.astimezone(UTC).isoformat()


def read_moment(text: str) -> datetime:
    """The moment from a cursor. Raises InputError for anything else."""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as error:
        raise InputError(say("console.bad-cursor")) from error
    if moment.tzinfo is not UTC:
        raise InputError(say("console.bad-cursor"))
    return moment
