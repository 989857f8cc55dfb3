"""Fragmented MP4: empty fragments by the hundred thousand, indexes that loop, counts that lie."""

from collections.abc import Callable
from typing import Final

from tests.hostile.boxes import NO_FLAGS, box, boxes, put, u32, u64
from tests.hostile.registry import Place, Write, add, hostile
from tests.hostile.seeds import clip_with

ANY: Final = ("ready", "unreadable", "too_long", "too_many_frames")


def fragmented() -> bytes:
    """Return a fragmented video."""
    return clip_with("mp4", {"movflags": "frag_keyframe+empty_moov+default_base_moof"})


def fragment(*run: bytes, decode_time: int = 0) -> bytes:
    """Return a fragment of the first track."""
    head = box(b"tfhd", u32(0x20000), u32(1)), box(b"tfdt", u32(0x1000000), u64(decode_time))
    return box(b"moof", box(b"mfhd", NO_FLAGS, u32(1)), box(b"traf", *head, *run))


def _with(more: Callable[[], bytes]) -> Write:
    return lambda _: fragmented() + more()


MORE: Final = {
    "empty_fragments_by_the_hundred_thousand": lambda: box(b"moof") * 300_000,
    "fragments_without_pictures": lambda: fragment() * 20_000,
    "fragment_of_four_billion_pictures": lambda: fragment(box(b"trun", NO_FLAGS, u32(0xFFFFFFFF))),
    "fragment_of_hundred_million_pictures": lambda: fragment(
        box(b"trun", NO_FLAGS, u32(100_000_000))
    ),
    "fragment_of_ten_million_pictures": lambda: fragment(box(b"trun", NO_FLAGS, u32(10_000_000))),
    "fragment_of_five_million_pictures": lambda: fragment(box(b"trun", NO_FLAGS, u32(5_000_000))),
    "fragment_of_gigabytes": lambda: fragment(
        box(b"trun", u32(0x200), u32(9), u32(*[0x7FFFFFFF] * 9))
    ),
    "fragment_at_the_end_of_time": lambda: fragment(
        box(b"trun", u32(0x200), u32(1, 10)), decode_time=2**63 - 1
    ),
    "fragment_before_time": lambda: fragment(box(b"trun", u32(0x200), u32(1, 10)), decode_time=-1),
    "fragments_in_the_same_place": lambda: (
        fragment(box(b"trun", u32(1), u32(1), u32(-1000))) * 1_000
    ),
    "index_of_segments_to_itself": lambda: box(
        b"sidx", NO_FLAGS, u32(1, 1000, 0, 0, 1), u32(0x80000000, 1, 0x90000000)
    ),
    "index_of_65535_segments": lambda: box(
        b"sidx", NO_FLAGS, u32(1, 1000, 0, 0, 0xFFFF), u32(0x7FFFFFFF, 1, 0) * 0xFFFF
    ),
    "index_of_segments_backwards": lambda: box(
        b"sidx", u32(0x1000000), u32(1, 1000), u64(0, 2**63), u32(1), u32(100, 1, 0)
    ),
    "index_at_the_end_that_names_itself": lambda: box(b"mfra", box(b"mfro", NO_FLAGS, u32(24))),
    "index_at_the_end_that_points_outside": lambda: box(
        b"mfra", box(b"mfro", NO_FLAGS, u32(0x7FFFFFF0))
    ),
    "index_at_the_end_of_four_billion": lambda: box(
        b"mfra",
        box(b"tfra", NO_FLAGS, u32(1, 0x3F, 0xFFFFFFFF), bytes(400)),
        box(b"mfro", NO_FLAGS, u32(8 + 424 + 16)),
    ),
    "fragments_within_fragments": lambda: b"".join(
        u32(size) + b"moof" for size in range(80_000, 0, -8)
    ),
    "keys_for_pictures_that_are_not_there": lambda: fragment(
        box(b"senc", u32(2), u32(0xFFFFFF)), box(b"saiz", NO_FLAGS, b"\x08", u32(0xFFFFFFF))
    ),
    "messages_by_the_hundred_thousand": lambda: box(b"emsg", NO_FLAGS, bytes(20)) * 50_000,
    "one_more_head_in_the_middle": lambda: fragmented() * 50,
}
for _name, _more in MORE.items():
    add(_name, _with(_more), *ANY)


@hostile(*ANY)
def fragments_first(_: Place) -> bytes:
    """The description comes last, after what it describes."""
    parts = list(boxes(fragmented()))
    described = [box(*each) for each in parts if each[0] == b"moov"]
    return b"".join(box(*each) for each in parts if each[0] != b"moov") + b"".join(described)


@hostile(*ANY)
def default_duration_of_all_ones(_: Place) -> bytes:
    return put(fragmented(), "moov/mvex/trex", 12, u32(0xFFFFFFFF))


@hostile(*ANY)
def fragments_of_unknown_tracks(_: Place) -> bytes:
    return put(fragmented(), "moof/traf/tfhd", 4, u32(77))
