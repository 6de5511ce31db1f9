"""The form that asks which reminders somebody gets, or a programme's people get."""

from collections.abc import Collection

from flask import abort, request

from scheduler.states import ReminderChoice

OWN = list(ReminderChoice)
OF_PROGRAMME = [choice for choice in ReminderChoice if choice is not ReminderChoice.PROGRAMME]


def chosen(offered: Collection[ReminderChoice]) -> ReminderChoice:
    """What was chosen. 400 for what the form does not offer."""
    found = request.form.get("reminders", "")
    return ReminderChoice(found) if found in offered else abort(400)
