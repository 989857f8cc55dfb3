"""Texts about a film in other containers than MP4, cut files, and streams beside the pictures."""

from typing import Final

from tests.hostile import ebml
from tests.hostile.ebml import element, with_elements
from tests.hostile.inputs.tracks import TEXTS
from tests.hostile.registry import Place, add, hostile
from tests.hostile.seeds import SEEDS, clip

EITHER: Final = ("ready", "unreadable", "no_video", "unsupported_codec")


def tagged(name: bytes, text: bytes) -> bytes:
    """Return a Matroska film with a text about it."""
    tag = element(ebml.SIMPLE_TAG, element(ebml.TAG_NAME, name), element(ebml.TAG_TEXT, text))
    return with_elements(clip("matroska"), before=element(ebml.TAGS, element(ebml.TAG, tag)))


for _name, _text in TEXTS.items():
    add(f"matroska_text_of_{_name}", lambda _, text=_text: tagged(b"TITLE", text), "ready")

#: What the text called DURATION says, which is otherwise believed.
DURATIONS: Final = {
    "a_century": b"876000:00:00.000000000",
    "four_digits": b"9999:59:59.999999999",
    "less_than_nothing": b"-01:00:00.000000000",
    "letters": b"NaN:NaN:NaN.NaN",
    "other_digits": "\u0661\u0662:\u0663\u0664:\u0665\u0666.\u0667".encode(),
    "megabytes": b"9" * 1_000_000 + b":00:00.0",
}
for _name, _text in DURATIONS.items():
    add(
        f"matroska_duration_told_as_{_name}",
        lambda _, text=_text: tagged(b"DURATION", text),
        "ready", "too_long", "too_many_frames",
    )  # fmt: skip

CONTAINERS: Final = tuple(SEEDS)
for _container in CONTAINERS:
    for _share in (1, 10, 50, 90, 99):
        add(
            f"{_container}_cut_at_{_share}_percent",
            lambda _, container=_container, share=_share: clip(container)[
                : len(clip(container)) * share // 100
            ],
            *EITHER,
        )
    add(
        f"{_container}_of_zeros_from_the_middle",
        lambda _, container=_container: (
            clip(container)[: len(clip(container)) // 2] + bytes(len(clip(container)) // 2)
        ),
        *EITHER,
    )
    add(
        f"{_container}_ten_times",
        lambda _, container=_container: clip(container) * 10,
        *EITHER, "too_long",
    )  # fmt: skip


@hostile(*EITHER)
def bitmaps_of_subtitles_by_the_thousand(_: Place) -> bytes:
    """Subtitles as pictures of 65535x65535, beside the pictures of the film."""
    track = element(
        ebml.TRACK, element(b"\xd7", b"\x02"), element(b"\x83", b"\x11"),
        element(b"\x86", b"S_HDMV/PGS"), element(b"\x73\xc5", b"\x02"),
    )  # fmt: skip
    segment = b"\x16\0\x13\xff\xff\xff\xff\x10\0\0\x80\0\0\0\x01\0\0\0\0\0\0\0"
    data = b"\x15\xff\xff\0\0\0\xc0\xff\xff\xff\xff\xff\xff\xff" + bytes(2_000)
    block = element(b"\xa3", b"\x82\0\0\x80" + segment + data)
    cluster = element(ebml.CLUSTER, element(b"\xe7", b"\0"), block * 2_000)
    return with_elements(clip("matroska"), element(ebml.TRACKS, track), cluster)


@hostile(*EITHER)
def fonts_and_styles_of_subtitles(_: Place) -> bytes:
    """A style sheet of a megabyte as the setup of a subtitle."""
    track = element(
        ebml.TRACK, element(b"\xd7", b"\x02"), element(b"\x83", b"\x11"),
        element(b"\x86", b"S_TEXT/ASS"), element(b"\x63\xa2", b"Style: {\\p1}" * 80_000),
    )  # fmt: skip
    return with_elements(clip("matroska"), element(ebml.TRACKS, track))
