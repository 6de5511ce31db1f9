"""What every message has."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, ClassVar, Self, cast

from scheduler.messages.plain import typed
from scheduler.states import Channel

ABOUT = ("meeting_id", "pair_id", "event_id", "person_id")


class BaseMessage:
    """What every message says of itself: where it goes, and in whose order.

    A field named as in ABOUT says which row the message is about, for those who look after that row to see it.
    """

    channel: ClassVar[Channel] = Channel.MAIL

    @property
    def stream(self) -> str:
        """Deliveries of one stream go out in the order in which they were put."""
        raise NotImplementedError

    @property
    def replaces_unsent(self) -> bool:
        """Whether an unsent one of the same kind and stream need not go out any more."""
        return False

    @property
    def void_from(self) -> datetime | None:
        """From this instant on it need not go out any more. None for what is worth something whenever it comes."""
        return None

    @classmethod
    def from_data(cls, data: Mapping[str, Any]) -> Self:
        """The message that `to_data` made this of; a field that an older release did not write has its default."""
        return cast("Self", typed(cls, data))
