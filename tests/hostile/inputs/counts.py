"""MP4 that counts far beyond what it holds: every table of the sample index, and more."""

from typing import Final

from tests.hostile.boxes import NO_FLAGS, STBL, box, extend, replace, u32
from tests.hostile.registry import Place, Write, add, hostile
from tests.hostile.seeds import clip

ANY: Final = ("ready", "unreadable", "no_video", "too_long", "too_many_frames")
MOST: Final = 0xFFFFFFFF


def _with(path: str, body: bytes) -> Write:
    return lambda _: replace(clip("mp4"), path, NO_FLAGS, body)


#: A table: what it says.
TABLES: Final = {
    "sizes_of_four_billion": ("stsz", u32(0, MOST)),
    "sizes_of_four_billion_alike": ("stsz", u32(1, MOST)),
    "sizes_of_hundred_million_alike": ("stsz", u32(1, 100_000_000)),
    "sizes_of_ten_million_alike": ("stsz", u32(1, 10_000_000)),
    "sizes_of_nothing": ("stsz", u32(0, 10) + bytes(40)),
    "sizes_of_gigabytes": ("stsz", u32(0, 10) + u32(*[0x7FFFFFFF] * 10)),
    "times_of_four_billion": ("stts", u32(MOST)),
    "times_standing_still": ("stts", u32(1, 10, 0)),
    "times_going_back": ("stts", u32(10) + u32(1, -1) * 10),
    "times_of_the_longest": ("stts", u32(10) + u32(1, 0x7FFFFFFF) * 10),
    "times_for_a_billion_frames": ("stts", u32(1, 1_000_000_000, 1)),
    "offsets_of_four_billion": ("ctts", u32(MOST)),
    "offsets_of_the_largest": ("ctts", u32(10) + u32(1, 0x7FFFFFFF, 1, -0x80000000) * 5),
    "offsets_of_a_billion_frames": ("ctts", u32(1, 1_000_000_000, 0x7FFFFFF0)),
    "keys_of_four_billion": ("stss", u32(MOST)),
    "keys_nowhere": ("stss", u32(2, 0, 0x7FFFFFFF)),
    "chunks_of_four_billion": ("stco", u32(MOST)),
    "chunks_outside": ("stco", u32(1, 0xFFFFFF00)),
    "chunks_at_one_place": ("stco", u32(10) + u32(48) * 10),
    "chunks_of_a_billion_frames": ("stsc", u32(1, 1, 1_000_000_000, 1)),
    "chunks_out_of_order": ("stsc", u32(3, 9, 1, 1, 1, 5, 1, 0, 1, 1)),
    "chunks_of_nothing": ("stsc", u32(1, 1, 0, 1)),
    "chunks_of_an_unknown_description": ("stsc", u32(1, 1, 10, 77)),
}

for _name, (_kind, _body) in TABLES.items():
    add(_name, _with(STBL + _kind, _body), *ANY)


def counted(frames: int) -> bytes:
    """Return a tiny video that says it has so many frames of one byte in one chunk."""
    data = replace(clip("mp4"), STBL + "stsz", NO_FLAGS, u32(1, frames))
    data = replace(data, STBL + "stts", NO_FLAGS, u32(1, frames, 1))
    return replace(data, STBL + "stsc", NO_FLAGS, u32(1, 1, frames, 1))


for _frames, _harm in ((5_000_000, "memory"), (10_000_000, "memory"), (100_000_000, None)):
    add(f"{_frames}_frames_of_a_byte", lambda _, frames=_frames: counted(frames), *ANY, harm=_harm)
for _frames in (2_000_000, 100_000_000):
    add(
        f"{_frames}_keys_of_a_byte",
        lambda _, frames=_frames: replace(counted(frames), STBL + "stss", NO_FLAGS, u32(0)),
        *ANY,
        options={"mode": "keyframes"},
    )


@hostile(*ANY)
def sample_groups_of_four_billion(_: Place) -> bytes:
    groups = (
        box(b"sbgp", NO_FLAGS, b"roll", u32(MOST)),
        box(b"sgpd", u32(0x1000000), b"sync", u32(MOST)),
    )
    return extend(clip("mp4"), "moov/trak/mdia/minf/stbl", *groups)


@hostile(*ANY)
def sample_groups_by_the_million(_: Place) -> bytes:
    group = box(b"sbgp", NO_FLAGS, b"sync", u32(400_000), u32(1, 1) * 400_000)
    return extend(clip("mp4"), "moov/trak/mdia/minf/stbl", group)


@hostile(*ANY)
def auxiliary_sizes_of_four_billion(_: Place) -> bytes:
    more = box(b"saiz", NO_FLAGS, b"\x01", u32(MOST)), box(b"saio", NO_FLAGS, u32(MOST))
    senc = box(b"senc", u32(2), u32(MOST))
    return extend(clip("mp4"), "moov/trak/mdia/minf/stbl", *more, senc)


@hostile(*ANY)
def key_systems_by_the_thousand(_: Place) -> bytes:
    one = box(b"pssh", u32(0x1000000), bytes(16), u32(MOST))
    return extend(clip("mp4"), "moov", one * 20_000)


@hostile(*ANY)
def partial_keys_of_four_billion(_: Place) -> bytes:
    return extend(clip("mp4"), "moov/trak/mdia/minf/stbl", box(b"stps", NO_FLAGS, u32(MOST)))


@hostile(*ANY)
def dependencies_by_the_million(_: Place) -> bytes:
    table = box(b"sdtp", NO_FLAGS, bytes(2_000_000))
    return extend(clip("mp4"), "moov/trak/mdia/minf/stbl", table)


def edits(count: int, *entries: bytes) -> bytes:
    """Return a video with an edit list."""
    return replace(clip("mp4"), "moov/trak/edts/elst", NO_FLAGS, u32(count), *entries)


@hostile(*ANY)
def edits_counted_to_no_end(_: Place) -> bytes:
    return edits(MOST)


@hostile(*ANY)
def edits_by_the_hundred_thousand(_: Place) -> bytes:
    return edits(100_000, u32(1, 0, 0x10000) * 100_000)


@hostile(*ANY)
def edits_by_the_four_hundred_thousand(_: Place) -> bytes:
    return edits(400_000, u32(1, 0, 0x10000) * 400_000)


@hostile(*ANY)
def edits_back_and_forth(_: Place) -> bytes:
    return edits(8_000, (u32(100, 9000, 0x10000) + u32(100, 0, 0x10000)) * 4_000)


@hostile(*ANY)
def edit_of_a_century_of_nothing(_: Place) -> bytes:
    return edits(2, u32(MOST, -1, 0x10000), u32(1000, 0, 0x10000))


@hostile(*ANY)
def edit_that_stands_still(_: Place) -> bytes:
    return edits(1, u32(1000, 0, 0))


@hostile(*ANY)
def edit_beyond_the_end(_: Place) -> bytes:
    return edits(1, u32(1000, 0x7FFFFFF0, 0x10000))
