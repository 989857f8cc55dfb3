"""Every way in which the bus can refuse or fail."""

from typing import ClassVar

from redis.exceptions import RedisError

from frameflow.exceptions import FrameFlowError, Unavailable

#: What Redis says when it is away: pages of the queue and of the cache meet it too.
TransportError = RedisError


class BusError(FrameFlowError):
    """The bus was used wrongly."""


class NotTheOwner(BusError):
    """A context published a message that another context owns."""


class AlreadySubscribed(BusError):
    """A context subscribed twice to the same message."""


class BusUnavailable(Unavailable):
    """The transport does not answer; the outbox keeps the messages."""

    code: ClassVar[str] = "bus_unavailable"
