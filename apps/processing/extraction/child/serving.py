"""The confined process that decodes: reads one descriptor, answers on another, opens nothing."""

import os
import socket
from collections.abc import Callable
from fractions import Fraction
from typing import TYPE_CHECKING, Final

from apps.processing.extraction.channel import protocol
from apps.processing.extraction.channel.protocol import Kind
from apps.processing.extraction.child.arriving import ArrivingSource
from apps.processing.extraction.child.confinement import confine, lock
from apps.processing.extraction.exceptions import Refused
from apps.processing.extraction.opening.source import DescriptorSource, Source
from apps.processing.extraction.results import VideoFacts

if TYPE_CHECKING:
    from apps.processing.extraction.child.engine import Engine
    from apps.processing.extraction.pictures.pictures import EncodedPicture

READ_BYTES: Final = 64 * 1024


def load() -> None:
    """Load PyAV and the engine, never beside a web server: once locked, nothing can be loaded."""
    # PyAV itself would load these when it meets such a stream.
    import av.audio.codeccontext
    import av.audio.stream
    import av.subtitles.codeccontext
    import av.subtitles.stream  # noqa: F401

    import apps.processing.extraction.child.engine  # noqa: F401


def serve(
    parent_pid: int,
    source_descriptor: int,
    channel_descriptor: int,
    asks_descriptor: int | None = None,
) -> None:
    """Do the one request that comes over the channel. Ends the process when memory is out."""
    channel = socket.socket(fileno=channel_descriptor)
    asks = None if asks_descriptor is None else socket.socket(fileno=asks_descriptor)
    request = _receive(channel)
    confine(request.limits, parent_pid)
    try:
        size = os.fstat(source_descriptor).st_size
        lock()
        _answer(request, _source(source_descriptor, size, asks), channel)
    except Refused as refused:
        protocol.send(channel, Kind.REFUSED, protocol.Refusal(refused.code, refused.detail))
    except MemoryError:
        os._exit(protocol.OUT_OF_MEMORY)
    except Exception as error:
        detail = f"{type(error).__name__}: {error}"[:400]
        protocol.send(channel, Kind.CRASHED, protocol.Refusal("internal", detail))


def _source(descriptor: int, size: int, asks: socket.socket | None) -> Source:
    if asks is None:
        return DescriptorSource(descriptor, size)
    return ArrivingSource(descriptor, asks, size)


def _answer(request: protocol.Request, source: Source, channel: socket.socket) -> None:
    from apps.processing.extraction.child.engine import Engine

    engine = Engine(source, request.options, request.limits)
    actions: dict[str, Callable[[Engine, socket.socket], None]] = {
        "extract": _extract,
        "probe": _probe,
    }
    actions[request.action](engine, channel)


def _extract(engine: "Engine", channel: socket.socket) -> None:
    import av

    work = engine.run(ChannelEmit(channel))
    done = protocol.Done(
        work.notices,
        work.skipped,
        work.packets_decoded,
        work.bytes_read,
        work.path,
        av.__version__,
        av.ffmpeg_version_info,
    )
    protocol.send(channel, Kind.DONE, done)


def _probe(engine: "Engine", channel: socket.socket) -> None:
    protocol.send(channel, Kind.ESTIMATED, engine.estimate())


class ChannelEmit:
    """Sends what the engine makes to the supervisor."""

    def __init__(self, channel: socket.socket) -> None:
        self._channel = channel

    def checked(self, facts: VideoFacts) -> None:
        """Send the facts."""
        protocol.send(self._channel, Kind.CHECKED, facts)

    def picture(self, requested_s: Fraction, pts_s: Fraction, picture: "EncodedPicture") -> None:
        """Send one picture; waits while the supervisor is busy, so nothing piles up."""
        head = protocol.PictureHead(
            requested_s, pts_s, picture.width, picture.height, len(picture.data)
        )
        protocol.send(self._channel, Kind.PICTURE, head, picture.data, picture.thumbnail)


def _receive(channel: socket.socket) -> protocol.Request:
    assembler = protocol.Assembler(max_body_bytes=0)
    while piece := channel.recv(READ_BYTES):
        for message in assembler.feed(piece):
            return message.read(protocol.Request)
    raise EOFError("the supervisor is gone")
