"""A child that misbehaves in the way its "video" names; started in place of the real one."""

import json
import os
import resource
import signal
import socket
import sys
import time
from collections.abc import Callable

from apps.processing.extraction import protocol
from apps.processing.extraction.confinement import confine
from apps.processing.extraction.options import Limits
from apps.processing.extraction.protocol import PREFIX, Kind


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


def talking_on(channel: socket.socket) -> None:
    names = {"rotation": 0, "mirrored": False, "variable_frame_rate": False, "frames_expected": 1}
    texts = dict.fromkeys(("container", "codec", "pixel_format"), "x")
    colors = {f"color_{part}": "x" for part in ("space", "range", "transfer", "primaries")}
    times = {"duration_s": "1", "avg_frame_rate": None, "sample_aspect_ratio": "1"}
    size = {"width": 1, "height": 1}
    protocol.send(channel, Kind.CHECKED, {**names, **texts, **colors, **times, **size})
    protocol.send(channel, Kind.DONE, protocol.Done((), 0, 0, "x", "x", "x"))
    impatient(channel)


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


def leaving(channel: socket.socket) -> None:
    """End well, without a word."""


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


def main() -> None:
    source, channel_descriptor, parent_pid = map(int, sys.argv[1:4])
    confine(Limits(), parent_pid)
    channel = socket.socket(fileno=channel_descriptor)
    channel.recv(65536)
    behaviour: Callable[[socket.socket], None] = globals()[os.pread(source, 100, 0).decode()]
    behaviour(channel)


if __name__ == "__main__":
    main()
