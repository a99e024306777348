"""Weeks begin on Monday, months on their first day."""

from __future__ import annotations

from datetime import date, timedelta


def monday_of(day: date) -> date:
    return day - timedelta(days=day.weekday())


def month_of(day: date) -> date:
    """The first day of its month."""
    return day.replace(day=1)


def next_month(day: date) -> date:
    """The first day of the month after its own."""
    return month_of(month_of(day) + timedelta(days=31))


def last_of_month(day: date) -> date:
    return next_month(day) - timedelta(days=1)
