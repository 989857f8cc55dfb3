"""Matroska: links to other files, chapters and attachments."""

from typing import Final

from tests.hostile import ebml
from tests.hostile.ebml import element, with_elements
from tests.hostile.registry import Place, hostile
from tests.hostile.seeds import clip

EITHER: Final = ("ready", "unreadable", "no_video")
UID: Final = bytes(range(16))


def linked(*within: bytes) -> bytes:
    """Return a film that says it is a part of others."""
    return with_elements(clip("matroska"), after=element(ebml.INFO, *within))


@hostile("ready")
def segment_of_a_family(_: Place) -> bytes:
    family = element(b"\x44\x44", UID), element(b"\x3c\xb9\x23", UID), element(b"\x3e\xb9\x23", UID)
    return linked(*family)


@hostile("ready")
def next_file_by_name(place: Place) -> bytes:
    name = str(place.neighbour).encode()
    return linked(element(b"\x3e\x83\xbb", name), element(b"\x3c\x83\xab", name))


@hostile("ready")
def chapters_of_another_file(_: Place) -> bytes:
    """Ordered chapters, whose pictures are in a file with another number."""
    atom = element(b"\xb6", element(b"\x73\xc4", b"\x01"), element(b"\x91", b"\0"),
                   element(b"\x6e\x67", UID), element(b"\x6e\xbc", b"\x01"))  # fmt: skip
    edition = element(b"\x45\xb9", element(b"\x45\xdd", b"\x01"), atom)
    return with_elements(clip("matroska"), after=element(ebml.CHAPTERS, edition))


@hostile("ready")
def chapters_by_the_ten_thousand(_: Place) -> bytes:
    atoms = b"".join(
        element(b"\xb6", element(b"\x73\xc4", number.to_bytes(4)), element(b"\x91", b"\x01"))
        for number in range(1, 20_000)
    )
    return with_elements(
        clip("matroska"), before=element(ebml.CHAPTERS, element(b"\x45\xb9", atoms))
    )


def attached(name: bytes, data: bytes, kind: bytes = b"application/x-truetype-font") -> bytes:
    """Return a file within the film."""
    named = element(b"\x46\x6e", name), element(b"\x46\x60", kind), element(b"\x46\xae", b"\x01")
    return element(b"\x61\xa7", *named, element(b"\x46\x5c", data))


@hostile("ready")
def attachment_named_by_a_path(_: Place) -> bytes:
    files = attached(b"../../etc/cron.d/x", b"* * * * * root true\n")
    return with_elements(clip("matroska"), before=element(ebml.ATTACHMENTS, files))


@hostile(*EITHER)
def attachments_by_the_thousand(_: Place) -> bytes:
    """More of them than streams are allowed, before the pictures."""
    files = attached(b"a.ttf", b"x" * 10) * 5_000
    return with_elements(clip("matroska"), before=element(ebml.ATTACHMENTS, files))


@hostile("ready")
def attachment_that_is_a_picture_of_a_billion_pixels(_: Place) -> bytes:
    from tests.hostile.inputs.tracks import huge_png

    files = attached(b"cover.png", huge_png(), b"image/png")
    return with_elements(clip("matroska"), before=element(ebml.ATTACHMENTS, files))
