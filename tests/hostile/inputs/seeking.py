"""Indexes that lead far away from what is sought, again and again."""

from fractions import Fraction
from typing import Final

from tests.hostile import ebml
from tests.hostile.ebml import element, elements, parts, with_elements
from tests.hostile.registry import Place, hostile
from tests.hostile.seeds import clip

SIMPLE_BLOCK: Final = b"\xa3"
KEY: Final = 0x80
BETWEEN: Final = 20
EVERY_S: Final = 2
#: So many begin the film without a fault, to be believed.
WHOLE: Final = 20
#: The first byte of a VP8 picture that refers to others.
AFTER: Final = b"\x11"


def _first_block() -> bytes:
    """Return the first picture of a film, a key frame."""
    _, kept = parts(clip("matroska", "vp8"))
    cluster = next(body for name, body in kept if name == ebml.CLUSTER)
    return next(body[4:] for name, body in elements(cluster) if name == SIMPLE_BLOCK)


def _cluster(number: int, picture: bytes) -> bytes:
    """Return a key frame, and some packets of nothing after it."""
    blocks = [b"\x81\0\0" + bytes([KEY]) + picture]
    if number > WHOLE:
        blocks += [
            b"\x81" + (at * 10).to_bytes(2) + b"\0" + AFTER + bytes(9) for at in range(1, BETWEEN)
        ]
    time = element(b"\xe7", (number * EVERY_S * 1000).to_bytes(4))
    return element(ebml.CLUSTER, time, *(element(SIMPLE_BLOCK, block) for block in blocks))


def _cue(number: int, position: int) -> bytes:
    place = element(b"\xf7", b"\x01"), element(b"\xf1", position.to_bytes(4))
    time = element(b"\xb3", (number * EVERY_S * 1000).to_bytes(4))
    return element(b"\xbb", time, element(b"\xb7", *place))


@hostile("ready", options={"interval_s": Fraction(EVERY_S), "max_frames": 3_000})
def index_that_leads_to_the_start_for_every_time(_: Place) -> bytes:
    """A key frame for each wanted time; the way to each begins at the first."""
    count = 1_500
    picture = _first_block()
    head, kept = parts(clip("matroska", "vp8"))
    before = b"".join(element(name, body) for name, body in kept if name != ebml.CLUSTER)
    empty = element(ebml.CUES, *(_cue(number, 0) for number in range(count)))
    first = len(before) + len(empty)
    cues = element(ebml.CUES, *(_cue(number, first) for number in range(count)))
    clusters = (_cluster(number, picture) for number in range(count))
    return head + element(ebml.SEGMENT, before, cues, *clusters)


@hostile("ready", options={"mode": "count", "count": 50})
def index_that_leads_to_the_end(_: Place) -> bytes:
    """Every time is said to be where the file ends."""
    cues = element(ebml.CUES, *(_cue(number, 0x7FFFFFF0) for number in range(5_000)))
    return with_elements(clip("matroska"), after=cues)
