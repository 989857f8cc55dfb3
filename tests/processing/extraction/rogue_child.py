"""A child that misbehaves in the way its "video" names; started in place of the real one."""

import json
import os
import resource
import signal
import socket
import time
from collections.abc import Callable
from functools import cache

from apps.processing.extraction.channel import protocol
from apps.processing.extraction.channel.protocol import PREFIX, Kind
from apps.processing.extraction.channel.spans import BLOCK_BYTES, MOST_SPAN_BYTES, Span
from apps.processing.extraction.child.confinement import confine, lock
from apps.processing.extraction.options import Limits

#: The number of the video.
given_source: list[int] = []
#: The number of the channel to ask for bytes that are missing.
given_asks: list[int] = []


@cache
def asks() -> socket.socket:
    """The channel to ask for bytes that are missing."""
    return socket.socket(fileno=given_asks[0])


def silent(channel: socket.socket) -> None:
    time.sleep(60)


def chatty_but_slow(channel: socket.socket) -> None:
    channel.sendall(PREFIX.pack(Kind.CHECKED, 200_000, 0))
    while True:
        channel.sendall(b" ")
        time.sleep(0.01)


def junk(channel: socket.socket) -> None:
    channel.sendall(b"\xff" * 4096)


def huge(channel: socket.socket) -> None:
    channel.sendall(PREFIX.pack(Kind.PICTURE, 2, 2**32 - 1))


def impatient(channel: socket.socket) -> None:
    head = {"requested_s": "0", "pts_s": "0", "width": 1, "height": 1, "data_bytes": 3}
    protocol.send(channel, Kind.PICTURE, head, b"\xff\xd8\xff", b"RIFF")


def checked(channel: socket.socket) -> None:
    names = {"rotation": 0, "mirrored": False, "variable_frame_rate": False, "frames_expected": 1}
    shown = {"interlaced": False, "color_peak_nits": None}
    texts = dict.fromkeys(("container", "codec", "pixel_format"), "x")
    colors = {f"color_{part}": "x" for part in ("space", "range", "transfer", "primaries")}
    times = {"duration_s": "1", "avg_frame_rate": None, "sample_aspect_ratio": "1"}
    size = {"width": 1, "height": 1}
    protocol.send(channel, Kind.CHECKED, {**names, **shown, **texts, **colors, **times, **size})


def told(channel: socket.socket) -> None:
    checked(channel)


def timeless(channel: socket.socket) -> None:
    told(channel)
    head = {"requested_s": "1" * 30, "pts_s": "0", "width": 1, "height": 1, "data_bytes": 3}
    protocol.send(channel, Kind.PICTURE, head, b"\xff\xd8\xff", b"RIFF")


def indebted(channel: socket.socket) -> None:
    told(channel)
    protocol.send(channel, Kind.DONE, protocol.Done((), 0, -1, 0, "x", "x", "x"))


def talking_on(channel: socket.socket) -> None:
    told(channel)
    protocol.send(channel, Kind.DONE, protocol.Done((), 0, 0, 0, "x", "x", "x"))
    impatient(channel)


def skipping(channel: socket.socket) -> None:
    """Leave out a picture though distinct ones were not asked for."""
    checked(channel)
    protocol.send(channel, Kind.DONE, protocol.Done((), 1, 0, 0, "x", "x", "x"))


def endless_number(channel: socket.socket) -> None:
    encoded = b'{"code": "unreadable", "detail": ' + b"9" * 5000 + b"}"
    channel.sendall(PREFIX.pack(Kind.REFUSED, len(encoded), 0) + encoded)


def inventive(channel: socket.socket) -> None:
    protocol.send(channel, Kind.REFUSED, {"code": "<script>", "detail": ""})


def crashing(channel: socket.socket) -> None:
    os.kill(os.getpid(), signal.SIGSEGV)


def hanging_up(channel: socket.socket) -> None:
    channel.close()
    time.sleep(60)


def holding(channel: socket.socket) -> None:
    """Open what lies beside the video, and be locked in with it."""
    beside = os.path.dirname(os.readlink(f"/proc/self/fd/{given_source[0]}"))
    os.open(os.path.join(beside, "neighbour.mp4"), os.O_RDONLY)
    lock()
    time.sleep(0.5)


def leaving(channel: socket.socket) -> None:
    """End well, without a word."""


def ask(offset: int, length: int) -> None:
    protocol.send(asks(), Kind.NEED, Span(offset, length))


def asking_outside(channel: socket.socket) -> None:
    ask(199_999_488, BLOCK_BYTES)  # begins at a block, and ends behind the video
    time.sleep(60)


def asking_before(channel: socket.socket) -> None:
    ask(-BLOCK_BYTES, BLOCK_BYTES)
    time.sleep(60)


def asking_between(channel: socket.socket) -> None:
    ask(BLOCK_BYTES + 1, BLOCK_BYTES)
    time.sleep(60)


def asking_for_nothing(channel: socket.socket) -> None:
    ask(BLOCK_BYTES, 0)
    time.sleep(60)


def asking_again(channel: socket.socket) -> None:
    ask(0, 2 * BLOCK_BYTES)  # the first block is here already
    time.sleep(60)


def asking_for_much(channel: socket.socket) -> None:
    ask(BLOCK_BYTES, MOST_SPAN_BYTES + BLOCK_BYTES)
    time.sleep(60)


def asking_for_crumbs(channel: socket.socket) -> None:
    for number in range(1, 1_000_000):
        ask(number * BLOCK_BYTES, BLOCK_BYTES)


def asking_otherwise(channel: socket.socket) -> None:
    protocol.send(asks(), Kind.HAVE, Span(BLOCK_BYTES, BLOCK_BYTES))
    time.sleep(60)


def target_of(descriptor: int) -> str | None:
    try:
        return os.readlink(f"/proc/self/fd/{descriptor}")
    except OSError:
        return None


def inventory(channel: socket.socket) -> None:
    held = {name for name in map(target_of, range(64)) if name}
    kinds = ("CORE", "FSIZE", "CPU", "AS")
    limits = [resource.getrlimit(getattr(resource, f"RLIMIT_{kind}"))[1] for kind in kinds]
    with open("/proc/self/status") as status:
        no_new_privs = "NoNewPrivs:\t1" in status.read()
    found = [sorted(os.environ), sorted(held), limits, no_new_privs]
    refusal = protocol.Refusal("unreadable", json.dumps(found))
    protocol.send(channel, Kind.REFUSED, refusal)


def load() -> None:
    """Load nothing."""


def serve(parent_pid: int, source: int, channel_descriptor: int, *more: int) -> None:
    confine(Limits(), parent_pid)
    channel = socket.socket(fileno=channel_descriptor)
    channel.recv(65536)
    if more:
        given_asks.extend(more)
        ask(0, BLOCK_BYTES)
        asks().recv(65536)
    given_source.append(source)
    name = os.pread(source, 100, 0).decode().strip()
    behaviour: Callable[[socket.socket], None] = globals()[name]
    behaviour(channel)
