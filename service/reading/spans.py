"""Days that are known from one day to another, in words."""

from collections.abc import Mapping
from datetime import date

from foedus.service.reading.speech import Speech


def span(row: Mapping[str, str], speech: Speech) -> str:
    """Put the earliest and the latest day into words; empty where neither is known."""
    first, last = row["earliest"], row["latest"]
    if first and first == last:
        return speech.day(first)
    if first and last:
        words = speech.say(
            "between %(first)s and %(last)s", first=speech.day(first), last=speech.day(last)
        )
    elif first:
        words = speech.say("not before %(day)s", day=speech.day(first))
    elif last:
        words = speech.say("not after %(day)s", day=speech.day(last))
    else:
        words = ""
    stated = speech.say("“%(words)s”", words=row["stated"]) if row["stated"] else ""
    return f"{stated}: {words}" if stated and words else words or stated


def day_of(iso: str) -> date | None:
    """Read a day; none where it is not one."""
    try:
        return date.fromisoformat(iso)
    except ValueError:
        return None
