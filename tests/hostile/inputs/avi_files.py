"""AVI: indexes that point outside or to themselves, endless lists, subtitles that open files."""

import struct
from typing import Final

from tests.hostile.inputs.playlists import hls
from tests.hostile.registry import Place, add, hostile
from tests.hostile.riff import chunk, le, listed
from tests.hostile.seeds import clip

EITHER: Final = ("ready", "unreadable", "no_video")


def patched(kind: bytes, at: int, new: bytes) -> bytes:
    """Return an AVI with bytes of its first chunk of a kind overwritten."""
    data = clip("avi")
    begin = data.index(kind) + 8 + at
    return data[:begin] + new + data[begin + len(new) :]


def indexed(*entries: bytes) -> bytes:
    """Return an AVI with another index."""
    data = clip("avi")
    return data[: data.index(b"idx1")] + chunk(b"idx1", *entries)


INDEXES: Final = {
    "index_outside": lambda: indexed(b"00dc" + le(0x10, 0x7FFFFFF0, 0x7FFFFFF0)),
    "index_of_the_same_place": lambda: indexed((b"00dc" + le(0x10, 4, 100)) * 100_000),
    "index_backwards": lambda: indexed(
        *(b"00dc" + le(0x10, at, 100) for at in range(40_000, 0, -4))
    ),
    "index_of_nothing": lambda: indexed((b"00dc" + le(0x10, 4, 0)) * 100_000),
    "index_of_a_million": lambda: indexed((b"00dc" + le(0x10, 4, 1)) * 1_000_000),
    "index_of_other_streams": lambda: indexed((b"77dc" + le(0x10, 4, 100)) * 1_000),
    "index_of_four_gigabytes": lambda: clip("avi")[: clip("avi").index(b"idx1")] + b"idx1" + le(-1),
}
for _name, _data in INDEXES.items():
    add(f"avi_{_name}", lambda _, data=_data: data(), *EITHER, "too_long", "too_many_frames")

#: Chunk of the header: place, and what is written there.
FIELDS: Final = {
    "rate_of_0": (b"strh", 24, le(0)),
    "scale_of_0": (b"strh", 20, le(0)),
    "rate_of_all_ones": (b"strh", 20, le(1, -1)),
    "scale_of_all_ones": (b"strh", 20, le(-1, 1)),
    "start_of_all_ones": (b"strh", 28, le(-1)),
    "length_of_all_ones": (b"strh", 32, le(-1)),
    "samples_of_a_gigabyte": (b"strh", 44, le(0x40000000)),
    "frames_of_all_ones": (b"avih", 16, le(-1)),
    "streams_of_all_ones": (b"avih", 24, le(-1)),
    "setup_of_four_gigabytes": (b"strf", -4, le(-1)),
    "setup_of_no_size": (b"strf", -4, le(0)),
    "pictures_of_65535": (b"strf", 4, le(65535, 65535)),
    "pictures_of_two_billion": (b"strf", 4, le(0x7FFFFFFF, -0x80000000)),
    "pictures_upside_down": (b"strf", 8, le(-48)),
}
for _name, (_kind, _at, _new) in FIELDS.items():
    add(
        f"avi_{_name}",
        lambda _, kind=_kind, at=_at, new=_new: patched(kind, at, new),
        *EITHER,
        *("too_long", "too_many_frames", "too_large"),
        harm="floods" if _name == "scale_of_all_ones" else None,
    )


def super_index(place: int, count: int = 1) -> bytes:
    """Return an index of indexes that all lie at one place."""
    head = struct.pack("<HBBI4s12x", 4, 0, 0, count, b"00dc")
    return chunk(b"indx", head, struct.pack("<QII", place, 64, 1) * count)


def with_header(*more: bytes) -> bytes:
    """Return an AVI with more chunks in the list of its first stream."""
    data = clip("avi")
    at = data.index(b"strl") - 8
    size = int.from_bytes(data[at + 4 : at + 8], "little")
    added = b"".join(more)
    outer = data.index(b"hdrl") - 8
    outer_size = int.from_bytes(data[outer + 4 : outer + 8], "little")
    end = at + 8 + size
    return (
        data[: outer + 4] + le(outer_size + len(added)) + data[outer + 8 : at + 4]
        + le(size + len(added)) + data[at + 8 : end] + added + data[end:]
    )  # fmt: skip


@hostile(*EITHER)
def avi_index_of_itself(_: Place) -> bytes:
    data = with_header(super_index(0))
    at = data.index(b"indx")
    return with_header(super_index(at))


@hostile(*EITHER)
def avi_index_of_itself_ten_thousand_times(_: Place) -> bytes:
    at = with_header(super_index(0)).index(b"indx")
    return with_header(super_index(at, 10_000))


@hostile(*EITHER)
def avi_lists_within_lists(_: Place) -> bytes:
    deep = b"".join(b"LIST" + le(size) + b"hdrl" for size in range(240_000, 0, -12))
    return b"RIFF" + le(len(deep) + 4) + b"AVI " + deep


@hostile(*EITHER)
def avi_of_no_size(_: Place) -> bytes:
    return b"RIFF" + le(0) + clip("avi")[8:]


@hostile(*EITHER)
def avi_padding_of_two_gigabytes(_: Place) -> bytes:
    data = clip("avi")
    at = data.index(b"movi") + 4
    return data[:at] + b"JUNK" + le(0x7FFFFFFF) + data[at:]


@hostile(*EITHER)
def avi_of_a_hundred_streams(_: Place) -> bytes:
    data = clip("avi")
    at = data.index(b"strl") - 8
    end = at + 8 + int.from_bytes(data[at + 4 : at + 8], "little")
    outer = data.index(b"hdrl") - 8
    size = int.from_bytes(data[outer + 4 : outer + 8], "little")
    more = data[at:end] * 100
    return data[: outer + 4] + le(size + len(more)) + data[outer + 8 : end] + more + data[end:]


@hostile(*EITHER)
def avi_of_packets_without_bytes(_: Place) -> bytes:
    data = clip("avi")
    at = data.index(b"movi") + 4
    return data[:at] + chunk(b"00dc") * 500_000 + data[at:]


def subtitled(text: bytes) -> bytes:
    """Return an AVI with a subtitle file inside a packet, as GAB2 has it."""
    header = b"txts" + bytes(16) + le(1, 1, 0, 1) + bytes(20)
    stream = listed(b"strl", chunk(b"strh", header), chunk(b"strf", bytes(4)))
    data = clip("avi")
    outer = data.index(b"hdrl") - 8
    size = int.from_bytes(data[outer + 4 : outer + 8], "little")
    end = outer + 8 + size
    movi = data.index(b"movi") + 4
    packet = chunk(b"01tx", b"GAB2\0\x02\0", le(4), b"a\0\0\0", b"\x04\0", le(len(text)), text)
    head = data[: outer + 4] + le(size + len(stream)) + data[outer + 8 : end] + stream
    return head + data[end:movi] + packet + data[movi : data.index(b"idx1")]


@hostile(*EITHER)
def avi_subtitles_that_are_a_playlist(place: Place) -> bytes:
    """How files were once read off servers: a playlist as the text of a subtitle."""
    return subtitled(hls("#EXTINF:1,", str(place.neighbour)))


@hostile(*EITHER)
def avi_subtitles_that_are_a_web_playlist(place: Place) -> bytes:
    return subtitled(hls("#EXTINF:1,", place.url))


@hostile(*EITHER)
def avi_subtitles_that_are_a_list_of_files(place: Place) -> bytes:
    return subtitled(f"ffconcat version 1.0\nfile {place.neighbour}\n".encode())
