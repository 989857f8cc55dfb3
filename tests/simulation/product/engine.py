"""The decoding engine at its boundary: a few pictures at once, or a refusal, or a death."""

import hashlib
from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction

from apps.processing.extraction import (
    ChildDied,
    Limits,
    Options,
    Outcome,
    Picture,
    Refused,
    RemoteVideo,
    Stopped,
    VideoFacts,
)
from apps.processing.extraction.manifest import partial_manifest
from apps.processing.extraction.results import Sink
from tests.simulation.actors import pause
from tests.simulation.schedule import Schedule

FACTS = VideoFacts(
    duration_s=Fraction(3),
    width=64,
    height=48,
    container="mov",
    codec="h264",
    pixel_format="yuv420p",
    avg_frame_rate=Fraction(25),
    variable_frame_rate=False,
    rotation=0,
    mirrored=False,
    sample_aspect_ratio=Fraction(1),
    interlaced=False,
    color_space="bt709",
    color_range="tv",
    color_transfer="bt709",
    color_primaries="bt709",
    color_peak_nits=None,
    frames_expected=None,
)


def extract(
    source: RemoteVideo,
    *,
    options: Options,
    limits: Limits,
    sink: Sink,
    keep_going: Callable[[], bool],
) -> Outcome:
    """Give what the schedule wills, in the form of `apps.processing.extraction.extract`."""
    from tests.simulation.product.site import present

    schedule = present().schedule
    frames = schedule.choose((1, 1, 2, 3))
    ending = schedule.choose(("good",) * 8 + ("refused", "died"))
    facts = replace(FACTS, frames_expected=frames)
    sink.checked(facts)
    for index in range(1, frames + 1):
        _go_on(keep_going)
        sink.picture(_picture(index))
    _go_on(keep_going)
    _end(schedule, ending)
    return Outcome(
        facts=facts,
        frames=frames,
        skipped=0,
        warnings=(),
        packets_decoded=frames,
        bytes_read=100,
        path="groups",
        elapsed_s=0.1,
        manifest=partial_manifest(facts, options, {}, ()),
    )


def _go_on(keep_going: Callable[[], bool]) -> None:
    """Decoding takes its time, and looks at its row meanwhile."""
    pause()
    if not keep_going():
        raise Stopped


def _end(schedule: Schedule, ending: str) -> None:
    if ending == "refused":
        schedule.note("  the engine refuses")
        raise Refused("unreadable", "no picture in it")
    if ending == "died":
        schedule.note("  the child dies")
        raise ChildDied("memory")


def _picture(index: int) -> Picture:
    data = b"\xff\xd8" + index.to_bytes(2)
    return Picture(
        index=index,
        requested_s=Fraction(index - 1),
        pts_s=Fraction(index - 1),
        file=f"{index:04}_00-00-0{index}.jpg",
        width=64,
        height=48,
        data=data,
        sha256=hashlib.sha256(data).hexdigest(),
        thumbnail=b"RIFF",
    )
