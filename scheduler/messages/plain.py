"""Dataclasses as JSON data, and back again by the types that their fields are declared with."""

from dataclasses import fields, is_dataclass
from datetime import datetime
from enum import StrEnum
from functools import cache
from types import UnionType
from typing import Any, get_args, get_origin, get_type_hints


def to_plain(value: Any) -> Any:
    """The value as JSON can hold it; an instant as ISO 8601."""
    if is_dataclass(value) and not isinstance(value, type):
        return {field.name: to_plain(getattr(value, field.name)) for field in fields(value)}
    if isinstance(value, tuple):
        return [to_plain(part) for part in value]
    return value.isoformat() if isinstance(value, datetime) else value


def typed(kind: Any, plain: Any) -> Any:
    """The value of this type that `to_plain` made that of: a dataclass, an instant, a state, a tuple, what JSON has."""
    if plain is None:
        return None
    if isinstance(kind, UnionType):
        (kind,) = (each for each in get_args(kind) if each is not type(None))
    if get_origin(kind) is tuple:
        return tuple(typed(get_args(kind)[0], part) for part in plain)
    if is_dataclass(kind):
        make: Any = kind
        return make(**{name: typed(_types(make)[name], part) for name, part in plain.items()})
    if kind is datetime:
        return datetime.fromisoformat(plain)
    return kind(plain) if isinstance(kind, type) and issubclass(kind, StrEnum) else plain


@cache
def _types(kind: Any) -> dict[str, Any]:
    return get_type_hints(kind)
