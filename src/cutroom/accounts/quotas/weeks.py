"""Weeks, which begin on Sunday at 00:00 where the instance is."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

_WEEK = timedelta(days=7)


def week_of(moment: datetime, zone: ZoneInfo) -> str:
    """Name the week of a moment: the date of its Sunday, such as ``2027-03-14``."""
    day = moment.astimezone(zone).date()
    return (day - timedelta(days=(day.weekday() + 1) % 7)).isoformat()


def week_ends_at(week: str, zone: ZoneInfo) -> datetime:
    """Tell when a week's quota ends: the first moment of the Sunday after it, in UTC.

    Where clocks go forward at midnight, that Sunday begins at 01:00; where midnight comes twice, the first one counts.
    """
    return datetime.combine(date.fromisoformat(week) + _WEEK, time(), zone).astimezone(UTC)
