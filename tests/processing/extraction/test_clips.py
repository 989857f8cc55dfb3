"""What makes the clips of the tests leaves the process as it was."""

import os
import sys
from pathlib import Path

import pytest

from tests import media


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux has these priorities")
def test_an_encoder_leaves_no_real_time_priority_behind(tmp_path: Path) -> None:
    before = os.sched_getscheduler(0), os.sched_getparam(0).sched_priority
    media.make_video(tmp_path / "clip.mkv", codec="av1", seconds=0.4)
    assert (os.sched_getscheduler(0), os.sched_getparam(0).sched_priority) == before
