"""Fields of the desk's forms: each says in a sentence what to write where it cannot read what was written."""

from enum import StrEnum
from typing import Any

from wtforms import Field, IntegerField
from wtforms.fields import DateField, DateTimeLocalField
from wtforms.form import BaseForm
from wtforms.validators import ValidationError

from scheduler.phrases import N_
from scheduler.presenters.labels import label
from scheduler.programme.checks import FIRST_YEAR, LAST_YEAR

WALL_CLOCK = N_("Write a date and a time, such as 2026-11-03 17:00.")
DATE = N_("Write a date, such as 2026-11-03.")
WHOLE_NUMBER = N_("Write a whole number.")
ONE_OF_THESE = N_("Choose one of these.")


class WallField(DateTimeLocalField):
    """A date and a time of day, as a wall shows them."""

    def __init__(self, label: str, **values: Any) -> None:
        formats = ["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M"]
        super().__init__(label, format=formats, **values)

    def process_formdata(self, valuelist: list[str]) -> None:
        try:
            super().process_formdata(valuelist)
        except ValueError:
            raise ValueError(WALL_CLOCK) from None
        self.data = self.data.replace(second=0) if self.data else None


class DayField(DateField):
    """A date within the years that the programme's own dates may have."""

    def process_formdata(self, valuelist: list[str]) -> None:
        try:
            super().process_formdata(valuelist)
        except ValueError:
            raise ValueError(DATE) from None

    def pre_validate(self, form: BaseForm) -> None:
        if self.data and not FIRST_YEAR <= self.data.year <= LAST_YEAR:
            raise ValidationError(DATE)


class NumberField(IntegerField):
    """A whole number; `otherwise` is what is said of anything else."""

    def __init__(self, label: str = "", *, otherwise: str = WHOLE_NUMBER, **values: Any) -> None:
        super().__init__(label, **values)
        self.otherwise = otherwise

    def process_formdata(self, valuelist: list[str]) -> None:
        try:
            super().process_formdata(valuelist)
        except ValueError:
            raise ValueError(self.otherwise) from None


class ChoiceField(Field):
    """One of a closed set; `choices` are (value, words)."""

    def __init__(self, label_: str, states: type[StrEnum], **values: Any) -> None:
        super().__init__(label_, **values)
        self.states = states
        self.choices = [(state.value, label(state)) for state in states]

    def process_formdata(self, valuelist: list[str]) -> None:
        try:
            self.data = self.states(valuelist[0]) if valuelist else self.data
        except ValueError:
            raise ValueError(ONE_OF_THESE) from None
