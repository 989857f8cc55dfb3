"""Matroska: sizes without end, elements within elements, indexes that loop."""

from typing import Final

from tests.hostile import ebml
from tests.hostile.ebml import SEGMENT, UNKNOWN, VOID, element, parts, size, with_elements
from tests.hostile.registry import Place, add, hostile
from tests.hostile.seeds import clip

EITHER: Final = ("ready", "unreadable", "no_video")


def headless(*rest: bytes) -> bytes:
    """Return the head of a Matroska file, and anything behind it."""
    return parts(clip("matroska"))[0] + b"".join(rest)


@hostile("unreadable")
def segment_of_no_size(_: Place) -> bytes:
    return headless(SEGMENT, b"\x80")


@hostile("unreadable", "ready")
def everything_without_end(_: Place) -> bytes:
    _, kept = parts(clip("matroska"))
    return headless(SEGMENT, UNKNOWN, *(name + UNKNOWN + body for name, body in kept))


@hostile("unreadable")
def segments_within_segments(_: Place) -> bytes:
    return headless((SEGMENT + UNKNOWN) * 20_000)


@hostile("unreadable")
def clusters_within_clusters(_: Place) -> bytes:
    return headless(SEGMENT, UNKNOWN, (ebml.CLUSTER + UNKNOWN) * 50_000)


@hostile(*EITHER)
def tags_ten_thousand_deep(_: Place) -> bytes:
    inner = b""
    for _level in range(3_000):
        inner = ebml.SIMPLE_TAG + size(len(inner)) + inner
    return with_elements(clip("matroska"), before=element(ebml.TAGS, element(ebml.TAG, inner)))


@hostile(*EITHER)
def tags_without_end_within_each_other(_: Place) -> bytes:
    deep = ebml.TAGS + UNKNOWN + ebml.TAG + UNKNOWN + (ebml.SIMPLE_TAG + UNKNOWN) * 10_000
    return with_elements(clip("matroska"), before=deep)


def sought(*places: int, name: bytes = ebml.SEEK_HEAD) -> bytes:
    """Return an index of what lies where in the segment."""
    entries = (
        element(ebml.SEEK, element(ebml.SEEK_ID, name), element(ebml.SEEK_AT, at.to_bytes(8)))
        for at in places
    )
    return element(ebml.SEEK_HEAD, *entries)


@hostile("ready")
def index_that_names_itself(_: Place) -> bytes:
    return with_elements(clip("matroska"), before=sought(0))


@hostile("ready")
def indexes_that_name_each_other(_: Place) -> bytes:
    length = len(sought(0))
    return with_elements(clip("matroska"), before=sought(length) + sought(0))


@hostile("ready")
def index_of_ten_thousand_tags(_: Place) -> bytes:
    names = sought(*range(10_000), name=ebml.TAGS)
    return with_elements(clip("matroska"), before=names)


@hostile("ready")
def index_that_points_outside(_: Place) -> bytes:
    outside = sought(2**63 - 1, 2**64 - 1, 2**62, name=ebml.CUES)
    return with_elements(clip("matroska"), before=outside)


@hostile("ready", "unreadable")
def million_empty_elements(_: Place) -> bytes:
    return with_elements(clip("matroska"), before=(VOID + b"\x80") * 1_000_000)


@hostile("ready", "unreadable")
def million_empty_clusters(_: Place) -> bytes:
    return with_elements(clip("matroska"), after=(ebml.CLUSTER + b"\x80") * 1_000_000)


SIZES: Final = {
    "a_quarter_of_a_gigabyte": size(256 * 1024**2),
    "two_to_the_56": size(2**56 - 2),
    "nothing": b"\x80",
}
ELEMENTS: Final = {
    "setup": b"\x63\xa2", "name": b"\x53\x6e", "tracks": ebml.TRACKS, "codec": b"\x86",
}  # fmt: skip
for _of, _name in ELEMENTS.items():
    for _said, _size in SIZES.items():
        add(
            f"matroska_{_of}_of_{_said}",
            lambda _, name=_name, said=_size: with_elements(
                clip("matroska"), before=element(ebml.TRACKS, element(ebml.TRACK, name + said))
            ),
            *EITHER,
            "unsupported_codec",
        )


@hostile("unreadable", "ready", "unsupported_type")
def document_of_another_kind(_: Place) -> bytes:
    return clip("matroska").replace(b"matroska", b"\x1b[31mxxx")


@hostile("unreadable")
def head_of_eight_exabytes(_: Place) -> bytes:
    return b"\x1a\x45\xdf\xa3" + size(2**56 - 2) + clip("matroska")[20:]
