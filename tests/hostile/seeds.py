"""Tiny clips of every container and codec on the list, each encoded once: what gets bent."""

import tempfile
from functools import cache
from pathlib import Path
from typing import Any, Final

from tests.media import make_video

#: Container: the codecs that its clips have.
SEEDS: Final = {
    "mp4": ("h264", "hevc", "mpeg4", "vp9", "av1", "mjpeg"),
    "mov": ("prores", "mjpeg"),
    "matroska": ("h264", "hevc", "vp8", "vp9", "av1", "mpeg4", "mpeg2video", "mjpeg"),
    "avi": ("mpeg4", "h264", "mjpeg", "mpeg2video"),
    "mpegts": ("h264", "hevc", "mpeg2video", "mpeg1video", "mpeg4"),
    "mpeg": ("mpeg2video", "mpeg1video"),
    "flv": ("h264",),
}
#: A codec for each container where any will do.
USUAL: Final = {"avi": "mpeg4", "mpeg": "mpeg2video", "mov": "mjpeg"}


@cache
def clip(container: str, codec: str = "", **more: Any) -> bytes:
    """Return a clip of ten pictures of 64x48, in groups of five; `more` as in `make_video`."""
    return made(container, codec or USUAL.get(container, "h264"), **more)


def clip_with(container: str, options: dict[str, str], codec: str = "h264") -> bytes:
    """Return such a clip, written with options of its container."""
    return made(container, codec, container_options=options)


def made(container: str, codec: str, **more: Any) -> bytes:
    """Return a new clip."""
    fps = 25 if codec in ("mpeg2video", "mpeg1video") else 10
    shape: dict[str, Any] = {"seconds": 10 / fps, "fps": fps, "size": (64, 48), "gop": 5}
    options = {"fflags": "bitexact"} | more.pop("container_options", {})  # the same bytes again
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "clip"
        shape |= {"codec": codec, "container": container, "container_options": options}
        make_video(path, **(shape | more))
        return path.read_bytes()
