"""The same programme some weeks later: every date moves, weekdays and hours on the wall stay."""

from dataclasses import replace
from datetime import date, datetime, timedelta

from scheduler.programme.folder.rows import EventRow, Folder


def weeks_to(folder: Folder, day: date) -> int:
    """By how many whole weeks to shift the folder, so that it starts as near to `day` as can be."""
    return round((day - folder.programme.starts_on) / timedelta(weeks=1))


def shifted(folder: Folder, weeks: int) -> Folder:
    """The folder, `weeks` later."""
    by = timedelta(weeks=weeks)
    programme = replace(
        folder.programme,
        starts_on=folder.programme.starts_on + by,
        ends_on=folder.programme.ends_on + by,
        blackouts=tuple((first + by, last + by) for first, last in folder.programme.blackouts),
    )
    return replace(folder, programme=programme, events=tuple(_event(event, by) for event in folder.events))


def _event(event: EventRow, by: timedelta) -> EventRow:
    return replace(event, starts=event.starts + by, opens=_later(event.opens, by), closes=_later(event.closes, by))


def _later(wall: datetime | None, by: timedelta) -> datetime | None:
    return wall + by if wall else None
