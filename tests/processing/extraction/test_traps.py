"""Structures that catch extractors: the cheap way, sequential decoding and ffmpeg agree."""

from pathlib import Path

import pytest

from apps.processing.extraction.child.engine import GROUPS
from apps.processing.extraction.decoding.by_sequence import SEQUENTIAL
from tests.processing.extraction.oracle import all_frames, frame_at
from tests.processing.extraction.test_groups import MODES, NOT_COUNTED, assert_same
from tests.processing.extraction.traps import COPIED, ENCODED, trap
from tests.processing.extraction.ways import by_either_way, in_sequence

#: ffmpeg's own clock goes wrong there: some decoding times come twice.
UNSURE = "every_frame_a_fragment.mp4"


@pytest.mark.parametrize("name", [*ENCODED, *COPIED])
def test_a_trap_catches_neither_way(name: str, tmp_path: Path, subtests: pytest.Subtests) -> None:
    path = trap(name, tmp_path)
    frames = all_frames(path) if name != UNSURE else []
    for mode, options in MODES.items():
        with subtests.test(mode):
            cheap = by_either_way(path, **options)
            is_uncounted = mode == "every_nth" and name.startswith(NOT_COUNTED)
            if name != UNSURE:
                assert cheap.path == (SEQUENTIAL if is_uncounted else GROUPS)
            assert_same(cheap, in_sequence(path, **options))
            assert cheap.pictures
            for shown in cheap.pictures if frames else ():
                assert shown.md5 == frame_at(frames, shown.asked_s).md5
