"""Random clips and random wishes, each the same for the same seed."""

from fractions import Fraction
from pathlib import Path
from random import Random
from typing import Any

from tests.media import make_video

CONTAINERS = {
    "h264": ("mp4", "mkv", "ts", "flv"),
    "hevc": ("mp4", "mkv", "ts"),
    "mpeg2video": ("ts", "mkv", "mpg"),
    "mpeg4": ("mp4", "mkv", "avi"),
    "vp8": ("webm",),
    "vp9": ("webm", "mp4"),
    "av1": ("mp4", "mkv"),
}
WEIGHTS = (6, 2, 2, 1, 1, 2, 2)
REORDERING = ("h264", "hevc", "mpeg2video", "mpeg4")
RATES = (5, 24, 25, 30, 50)


def random_clip(seed: int, folder: Path) -> Path:
    """Write a clip of a random structure."""
    dice = Random(seed)  # noqa: S311 - nothing is secret here
    [codec] = dice.choices(list(CONTAINERS), WEIGHTS)
    extension = dice.choice(CONTAINERS[codec])
    rate = 25 if codec == "mpeg2video" else dice.choice(RATES)
    frames = dice.randint(1, 100)
    clip: dict[str, Any] = {
        "codec": codec,
        "fps": rate,
        "seconds": Fraction(frames, rate),
        "size": (64, 48),
        "gop": dice.choice((1, 2, 7, 12, 25, 250)),
        "bframes": dice.randint(0, 4) if codec in REORDERING else 0,
        "with_audio": extension in ("mp4", "mkv") and dice.random() < 0.4,
        "start_offset_s": Fraction(dice.choice((0, 0, 0, 400, 1001)), 1000),
    }
    if codec == "mpeg2video" or codec == "mpeg4":
        clip["bframes"] = min(clip["bframes"], 2)
    if (
        extension in ("mp4", "mkv", "webm")
        and codec not in ("av1", "mpeg2video")
        and dice.random() < 0.3
    ):
        clip["frame_times_s"] = _uneven_times(dice, frames)
        clip["fps"] = 25
    if codec == "h264":
        clip["codec_options"] = _x264(dice, clip["bframes"])
    if extension == "mp4" and dice.random() < 0.3:
        clip["container_options"] = {"movflags": "frag_keyframe+empty_moov"}
    return make_video(folder / f"{seed}-{codec}.{extension}", **clip)


def _uneven_times(dice: Random, frames: int) -> list[Fraction]:
    now_ms, times = 0, []
    for _ in range(frames):
        times.append(Fraction(now_ms, 1000))
        now_ms += dice.choice((10, 20, 40, 40, 40, 120, 700))
    return times


def _x264(dice: Random, bframes: int) -> dict[str, str]:
    pyramid, is_open = dice.choice(("none", "strict", "normal")), dice.randint(0, 1)
    structure = f"bframes={bframes}:b-pyramid={pyramid}:open-gop={is_open}"
    references = f"ref={dice.randint(1, 5)}:weightp={dice.randint(0, 2)}"
    return {"preset": "veryfast", "x264-params": f"{structure}:{references}"}


def random_wish(seed: int) -> dict[str, Any]:
    """Return random options of any mode but key frames."""
    dice = Random(-seed - 1)  # noqa: S311
    wish: dict[str, Any] = {"interval_s": Fraction(dice.randint(1, 60), dice.randint(6, 30))}
    mode = dice.choice(("interval", "interval", "count", "timestamps", "every_nth"))
    if mode == "count":
        wish = {"mode": mode, "count": dice.randint(1, 12)}
    elif mode == "every_nth":
        wish = {"mode": mode, "every_nth": dice.randint(1, 40)}
    elif mode == "timestamps":
        times = (Fraction(dice.randint(0, 6000), 1001) for _ in range(dice.randint(1, 6)))
        wish = {"mode": mode, "timestamps_s": tuple(times)}
    if dice.random() < 0.3:
        wish["start_s"] = Fraction(dice.randint(0, 2000), 1000)
    if dice.random() < 0.3:
        wish["end_s"] = wish.get("start_s", 0) + Fraction(dice.randint(1, 3000), 1000)
    return wish | {"distinct": dice.random() < 0.3}
