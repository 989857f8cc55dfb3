"""Pictures are let go of as soon as they are out: memory does not grow with their number."""

import gc
import subprocess
import sys
from pathlib import Path

import av
import pytest

from apps.processing.extraction.options import Limits, Options
from apps.processing.extraction.pictures.pictures import PictureEncoder
from tests.media import make_video
from tests.processing.extraction.patches import FACTS

MB = 1000
#: A process is born with the memory of the one that starts it, so a small one has to.
RUN = """
import resource, subprocess, sys
subprocess.run(sys.argv[1:], check=True, stdout=subprocess.DEVNULL)
print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)
"""


@pytest.mark.parametrize("rotation", [0, 90])
def test_a_picture_needs_no_garbage_collector(rotation: int, tmp_path: Path) -> None:
    path = make_video(tmp_path / "clip.mp4", seconds=1, rotation=rotation)
    with av.open(path) as video:
        frames = [frame for frame, _ in zip(video.decode(video=0), range(5), strict=False)]
        encoder = PictureEncoder(Options(), Limits())
        gc.collect()
        for frame in frames:
            encoder.encode(frame, FACTS)
        del frame, frames, encoder
        assert gc.collect() == 0


def test_memory_does_not_grow_with_the_number_of_pictures(tmp_path: Path) -> None:
    path = make_video(tmp_path / "clip.mp4", seconds=10, size=(1280, 720), gop=25)
    few_kb, many_kb = (_peak_kb(path, every, tmp_path) for every in ("1", "0.04"))
    assert many_kb < few_kb + 20 * MB, "250 pictures of 1.4 MB each, and 10 of them"


def _peak_kb(path: Path, every: str, folder: Path) -> int:
    """Return the peak of resident memory of the command's largest process, in kB."""
    words = ["-m", "apps.processing.extraction", path, "--every", every]
    command = [sys.executable, "-c", RUN, sys.executable, *words, "--output", folder / "frames.zip"]
    return int(subprocess.run(command, check=True, capture_output=True).stdout)
