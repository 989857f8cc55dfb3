"""Watches over one child: its clock, its words, its end. Believes nothing it says."""

import select
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from typing import BinaryIO, Final

from apps.processing.extraction.channel import protocol
from apps.processing.extraction.channel.protocol import Kind, Message
from apps.processing.extraction.channel.wire import Garbled
from apps.processing.extraction.exceptions import ChildDied, Refused, Stopped, TimedOut
from apps.processing.extraction.options import Limits, Options
from apps.processing.extraction.results import Estimate, Outcome, Sink
from apps.processing.extraction.supervision import spawning
from apps.processing.extraction.supervision.listener import Listener, believing_nothing
from apps.processing.extraction.supervision.mirror import RemoteVideo
from apps.processing.extraction.supervision.supply import Supply, supply_for

TICK_S: Final = 0.25
READ_BYTES: Final = 256 * 1024
REFUSALS: Final = frozenset(
    {
        *("unreadable", "no_video", "unsupported_codec", "unsupported_type", "encrypted"),
        *("empty", "too_long", "too_many_frames", "too_large"),
    }
)


def always() -> bool:
    """Go on."""
    return True


def extract(
    source: BinaryIO | RemoteVideo,
    *,
    options: Options,
    limits: Limits | None = None,
    sink: Sink,
    keep_going: Callable[[], bool] = always,
) -> Outcome:
    """Extract the wanted frames of a video in a confined child.

    `source` is a file with a real descriptor, or is fetched as far as it is needed. `keep_going`
    is asked at least every half second and with every message; False kills the child. Raises
    Refused, ChildDied, TimedOut, Stopped; what `source`, `sink` or `keep_going` raise comes
    through. In every case the child is gone afterwards.
    """
    limits = limits or Limits()
    started_s = time.monotonic()
    listener = Listener(options, limits, sink)
    with supply_for(source) as supply:
        for message in _conversation(supply, "extract", options, limits, keep_going):
            listener.hear(message)
        return listener.outcome(time.monotonic() - started_s, supply.bytes_fetched)


def probe(
    source: BinaryIO | RemoteVideo, *, options: Options, limits: Limits | None = None
) -> Estimate:
    """Return the facts about a video and what the options would cost, in a confined child.

    Raises Refused, ChildDied, TimedOut.
    """
    limits = limits or Limits()
    with supply_for(source) as supply:
        for message in _conversation(supply, "probe", options, limits, always):
            if message.kind is not Kind.ESTIMATED:
                break
            with believing_nothing():
                return message.read(Estimate)
    raise ChildDied("protocol")


def _conversation(
    supply: Supply,
    action: str,
    options: Options,
    limits: Limits,
    keep_going: Callable[[], bool],
) -> Iterator[Message]:
    """Yield a child's messages until it ends well; kills it however this ends."""
    if supply.size == 0:
        raise Refused("empty", "the file has no bytes")
    child = spawning.spawn(supply.descriptor, supply.asks)
    try:
        supply.start()
        with suppress(ConnectionError):  # a child that is dead already is found out below
            protocol.send(child.channel, Kind.REQUEST, protocol.Request(action, options, limits))
        for message in _messages(child, supply, limits, keep_going):
            _raise_refusal(message)
            yield message
        _raise_death(child.wait())
    finally:
        child.end()


def _messages(
    child: spawning.Child, supply: Supply, limits: Limits, keep_going: Callable[[], bool]
) -> Iterator[Message]:
    """Yield complete messages until the channel closes; the clock stands while others work."""
    assembler = protocol.Assembler(_max_body_bytes(limits))
    left_s = limits.wall_s
    while True:
        if not keep_going():
            raise Stopped
        waiting_since_s = time.monotonic()
        piece = _receive(child)
        supply.check()
        if not supply.is_fetching:
            left_s -= time.monotonic() - waiting_since_s
        if left_s <= 0:
            raise TimedOut
        if piece == b"":
            return
        with believing_nothing():
            for message in assembler.feed(piece or b""):
                yield message
                if not keep_going():
                    raise Stopped


def _receive(child: spawning.Child) -> bytes | None:
    """Return what the child said within a tick, empty when it hung up, None for silence."""
    readable, _, _ = select.select([child.channel], [], [], TICK_S)
    if not readable:
        return None
    try:
        return child.channel.recv(READ_BYTES)
    except ConnectionError:
        return b""


def _max_body_bytes(limits: Limits) -> int:
    """Return the most one picture may take: raw pixels, and room for its preview."""
    return min(limits.max_output_bytes, limits.max_pixels * 4 + 1024**2)


def _raise_refusal(message: Message) -> None:
    if message.kind not in (Kind.REFUSED, Kind.CRASHED):
        return
    with believing_nothing():
        refusal = message.read(protocol.Refusal)
        if message.kind is Kind.CRASHED:
            raise ChildDied(f"crash: {refusal.detail}")
        if refusal.code not in REFUSALS:
            raise Garbled("an unknown code")
        raise Refused(refusal.code, refusal.detail)


def _raise_death(exit_code: int) -> None:
    if exit_code == protocol.OUT_OF_MEMORY:
        raise ChildDied("memory")
    if exit_code < 0:
        killed_by = -exit_code
        raise ChildDied("cpu" if killed_by == signal.SIGXCPU else "signal", killed_by)
    if exit_code:
        raise ChildDied("crash")
