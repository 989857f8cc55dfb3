"""Where decoding may begin, read from the bits alone."""

from typing import Any

import pytest

from apps.processing.extraction.opening import starting
from apps.processing.extraction.opening.starting import Start

SLICE = b"\x41\x9a"


class Packet(bytes):
    """A key frame's bytes."""

    is_keyframe = True


@pytest.mark.parametrize(
    ("message", "start"),
    [
        (b"\x06\x06\x01\xc4\x80", Start.OPEN),  # from this picture on, exactly
        (b"\x06\x06\x01\x84\x80", None),  # from this picture on, but only nearly
        (b"\x06\x06\x02\x44\x40\x80", None),  # some pictures later
        (b"\x06\x05\x01\x00\x06\x01\xc4\x80", Start.OPEN),  # behind another message
    ],
)
def test_h264_begins_where_it_says_that_it_is_exact(message: bytes, start: Start | None) -> None:
    data: Any = Packet(b"\x00\x00\x01" + message + b"\x00\x00\x01" + SLICE)
    assert starting.start_at(data, "h264", None) is start
