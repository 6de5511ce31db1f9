"""What may stand in our addresses. Anything else is no address of ours, and never reaches the database."""

from werkzeug.routing import BaseConverter, IntegerConverter
from werkzeug.routing.map import Map


class Slug(BaseConverter):
    """A short name, as files may give one: small letters, digits, single hyphens."""

    regex = "[a-z0-9]+(?:-[a-z0-9]+)*"


class RowId(IntegerConverter):
    """The id of a row; a larger number would be an error to the database, not a row that is not there."""

    def __init__(self, map: Map) -> None:  # noqa: A002 - the name is the base class's
        super().__init__(map, min=1, max=2**31 - 1)
