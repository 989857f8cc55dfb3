"""What is sent: small videos with the frames that must come, and hostile ones with their codes."""

import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from tests import media
from tests.hostile import inputs as _inputs  # noqa: F401 - registers them
from tests.hostile.registry import INPUTS, Place

FPS = 10
#: Refused before there is a video, by the name or the first bytes.
AT_THE_DOOR = {
    "file_of_nothing": "empty",
    "still.jpg": "unsupported_type",
    "concat_of_ten_thousand": "unreadable",
    "hls_named_mp4": "unreadable",
}
#: Accepted, and failed with the code with which the engine refuses them.
ACCEPTED = (
    "encrypted_for_real", "flash_of_times_that_wrap", "head_of_eight_exabytes", "movie_of_a_path",
    "pictures_larger_than_allowed", "real_ffv1", "real_png", "segments_within_segments",
    "ten_years_between_two_pictures",
)  # fmt: skip


@dataclass(frozen=True)
class Kind:
    """A file with the options it is sent with, and what must come of it: the numbers that its
    frames show, or a code, told at the door or by the video."""

    name: str
    data: bytes = field(repr=False)
    options: dict[str, str] = field(default_factory=dict, hash=False)
    shown: tuple[int, ...] = ()
    again: tuple[int, ...] = ()
    code: str = ""
    at_the_door: bool = False
    ending: str = ".mp4"

    @property
    def is_good(self) -> bool:
        return not self.code


@dataclass(frozen=True)
class Kinds:
    """The kinds to choose from."""

    good: list[Kind]
    hostile: list[Kind]


#: What is asked for when a video is extracted again: its first frame alone.
AGAIN = {"mode": "count", "count": 1}


def make_kinds() -> Kinds:
    """Make every kind."""
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        return Kinds(list(_good(folder)), list(_hostile(folder)))


def _good(folder: Path) -> Iterator[Kind]:
    for name, codec, seconds, size in (
        ("two", "h264", 2, (64, 48)),
        ("three", "h264", 3, (96, 64)),
        ("three in VP9", "vp9", 3, (64, 48)),
    ):
        path = folder / f"{codec}-{seconds}.{'webm' if codec == 'vp9' else 'mp4'}"
        media.make_video(path, codec=codec, seconds=seconds, fps=FPS, size=size, gop=10)
        shown = tuple(range(0, seconds * FPS, FPS))
        yield Kind(name, path.read_bytes(), {"interval": "1"}, shown, shown[:1], ending=path.suffix)
    # More than fits between the decoder and its supervisor: a child that still has to say it.
    path = media.make_video(folder / "large.mp4", seconds=3, fps=FPS, size=(640, 480), grain=60)
    options = {"interval": "1", "format": "png"}
    yield Kind("large pictures", path.read_bytes(), options, (0, FPS, 2 * FPS), (0,))


def _hostile(folder: Path) -> Iterator[Kind]:
    place = Place(folder, folder / "socket", 1, 1)
    for name, code in AT_THE_DOOR.items():
        ending = ".jpg" if code == "unsupported_type" else ".mp4"
        data = INPUTS[name].write(place)
        yield Kind(name, data, code=code, at_the_door=True, ending=ending)
    for name in ACCEPTED:
        [code] = INPUTS[name].codes
        yield Kind(name, INPUTS[name].write(place), code=code)
    sound = media.audio_only(folder / "sound.mp4").read_bytes()
    yield Kind("sound alone", sound, code="no_video")
    clip = media.make_video(folder / "clip.mp4", seconds=3, fps=FPS, size=(64, 48))
    yield Kind("cut off", media.truncated(clip, folder / "cut.mp4", share=0.6).read_bytes(),
               code="unreadable")  # fmt: skip
    options = {"interval": "0.5", "max_frames": "2"}
    yield Kind("more than allowed", clip.read_bytes(), options, code="too_many_frames")
