"""Leaves: what speaks HTTP, iCalendar and mail. Nothing here knows the scheduler."""
