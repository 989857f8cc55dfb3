"""One bent video: made from its number, sent through the cage, and judged."""

import functools
import json
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from random import Random
from typing import Any, Final

from apps.processing.extraction import Options
from apps.processing.extraction.supervision.supervisor import REFUSALS
from tests.hostile.caged import LIMITS, SLACK_S, WALL_S, Seen, look
from tests.hostile.fuzz.mutations import mutated
from tests.hostile.registry import READY
from tests.hostile.seeds import SEEDS, clip, made
from tests.hostile.surroundings import Servers, surroundings

ENDINGS: Final = REFUSALS | {READY, "poison", "timeout"}
WISHES: Final[tuple[dict[str, Any], ...]] = (
    {"interval_s": Fraction(1, 5)},
    {"interval_s": Fraction(1, 3), "start_s": Fraction(1, 4), "end_s": Fraction(2)},
    {"mode": "count", "count": 4},
    {"mode": "timestamps", "timestamps_s": (Fraction(0), Fraction(1, 3), Fraction(99))},
    {"mode": "every_nth", "every_nth": 3},
    {"mode": "keyframes"},
    {"mode": "scenes"},
    {"distinct": True, "interval_s": Fraction(1, 10), "image_format": "webp"},
)
FRAGMENTED: Final = {"movflags": "frag_keyframe+empty_moov"}


@functools.cache
def seeds() -> tuple[bytes, ...]:
    """Return a clip of each container and codec, and some of other structures."""
    plain = [clip(container, codec) for container, codecs in SEEDS.items() for codec in codecs]
    fragmented = [made("mp4", codec, container_options=FRAGMENTED) for codec in ("h264", "av1")]
    sounding = [made(each, "h264", with_audio=True) for each in ("mp4", "matroska", "mpegts")]
    more = [
        made("mp4", "hevc", cover_art=True, rotation=90, bframes=2),
        made("matroska", "h264", frame_times_s=[Fraction(number**2, 20) for number in range(10)]),
        made("avi", "mpeg4", with_audio=True, bframes=2),
        made("mov", "h264", container_options={"movflags": "faststart"}, bframes=3),
        made("webm", "vp9", container_options={"live": "1"}),
    ]
    return (*plain, *fragmented, *sounding, *more)


@dataclass(frozen=True)
class Tried:
    """What came of one: the outcome as it is counted, and what should not have been."""

    number: int
    outcome: str
    seconds: float
    peak_bytes: int
    violations: tuple[str, ...]


@contextmanager
def scene() -> Iterator[tuple[Path, Servers]]:
    """Make a place for many, one after the other."""
    with tempfile.TemporaryDirectory() as folder, surroundings(Path(folder)) as (place, servers):
        yield place.folder / "input", servers


def bent(seed: int, number: int) -> tuple[bytes, dict[str, Any], bool]:
    """Return a file, what is asked of it, and whether it is only probed; by numbers alone."""
    dice = Random(f"{seed}/{number}")  # noqa: S311 - nothing is secret here
    chosen, other = dice.choice(seeds()), dice.choice(seeds())
    return mutated(chosen, other, dice), dice.choice(WISHES), dice.random() < 0.1


def attempt(seed: int, number: int, path: Path, servers: Servers, kept: Path) -> Tried:
    """Try one; what fails or ends its child is kept in a folder."""
    data, wish, is_probe = bent(seed, number)
    path.write_bytes(data)
    calls = servers.calls
    try:
        seen = look(path, servers, Options(**wish), is_probe=is_probe)
        violations, outcome = tuple(_violations(seen, calls, is_probe=is_probe)), _counted(seen)
        tried = Tried(number, outcome, seen.seconds, seen.peak_bytes, violations)
    except Exception as error:
        tried = Tried(number, "exception", 0, 0, (f"the supervisor raised {error!r}",))
    if tried.violations or tried.outcome.startswith(("poison", "timeout")):
        _keep(kept / f"{seed}-{number}", data, wish, tried)
    return tried


def _counted(seen: Seen) -> str:
    return f"{seen.outcome}: {seen.detail[:120]}" if seen.outcome == "poison" else seen.outcome


def _violations(seen: Seen, calls: int, *, is_probe: bool) -> Iterator[str]:
    words = "crash", "protocol"
    wrongs = {
        "an unknown code": seen.outcome not in ENDINGS,
        "an error of the engine": seen.outcome == "poison" and any(w in seen.detail for w in words),
        "ready without a picture": seen.outcome == READY
        and not (seen.pictures or seen.warnings or is_probe),
        "longer than the wall clock": seen.seconds > WALL_S + SLACK_S,
        "more memory than allowed": seen.peak_bytes > LIMITS.memory_bytes,
        "something else was opened": bool(seen.opened or seen.touched),
        "a server was called": seen.calls > calls,
        "something was left behind": bool(seen.left_behind),
        "a detail that steers a terminal": not seen.detail.isprintable(),
    }
    return (wrong for wrong, is_so in wrongs.items() if is_so)


def _keep(path: Path, data: bytes, wish: dict[str, Any], tried: Tried) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)
    told = {"outcome": tried.outcome, "violations": tried.violations, "options": str(wish)}
    path.with_suffix(".json").write_text(json.dumps(told, indent=1))
