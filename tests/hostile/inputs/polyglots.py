"""Files that are two things at once."""

from io import BytesIO
from zipfile import ZipFile

from tests.hostile.boxes import box, preceded
from tests.hostile.inputs.raw_streams import picture
from tests.hostile.registry import Place, hostile
from tests.hostile.seeds import clip


def archive() -> bytes:
    """Return a ZIP whose only file wants to lie elsewhere."""
    with BytesIO() as written:
        with ZipFile(written, "w") as packed:
            packed.writestr("../../etc/cron.d/x", "* * * * * root true\n")
        return written.getvalue()


@hostile("ready")
def video_then_archive(_: Place) -> bytes:
    """A video for whoever reads from the front, a ZIP for whoever reads from the back."""
    return clip("mp4") + archive()


@hostile("unsupported_type")
def archive_then_video(_: Place) -> bytes:
    return archive() + clip("mp4")


@hostile("unsupported_type")
def picture_then_video(_: Place) -> bytes:
    return picture("JPEG") + clip("mp4")


@hostile("unreadable")
def page_then_video(_: Place) -> bytes:
    return b"<!doctype html><script>alert(1)</script><!--" + clip("mp4")


@hostile("ready")
def page_inside_a_video(_: Place) -> bytes:
    """A browser that sniffs would show it; we answer with pictures alone."""
    return preceded(clip("mp4"), box(b"free", b"<html><script>alert(1)</script></html>"))


@hostile("ready")
def program_behind_a_video(_: Place) -> bytes:
    return clip("matroska") + b"\x7fELF\x02\x01\x01" + bytes(50_000)


@hostile("unreadable")
def matroska_head_before_mp4(_: Place) -> bytes:
    return b"\x1a\x45\xdf\xa3\x80" + clip("mp4")


@hostile("ready", "unreadable")
def mp4_and_transport_stream(_: Place) -> bytes:
    """Boxes whose length puts a transport stream's marks where they belong."""
    return box(b"free", bytes(180)) + clip("mpegts")


@hostile("ready")
def two_videos(_: Place) -> bytes:
    return clip("mp4") + clip("mp4", size=(96, 64))


@hostile("ready")
def avi_and_archive(_: Place) -> bytes:
    return clip("avi") + archive()


@hostile("ready", "unreadable")
def three_containers_in_a_row(_: Place) -> bytes:
    return clip("flv") + clip("matroska") + clip("mpeg")
