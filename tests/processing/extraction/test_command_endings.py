"""How the command ends before its time, and with standard descriptors that are closed."""

import io
import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import psutil
import pytest

from tests.media import make_video
from tests.processing.extraction.commanding import (
    ALL_NAMED,
    ROOT,
    WORDS,
    at_work,
    command,
    in_shell,
    numbers_in,
)

ENDING = {signal.SIGINT: 130, signal.SIGTERM: 143, signal.SIGHUP: 129}
MUCH = ("--every", "0.02", "--format", "png")


@pytest.fixture(scope="module")
def long(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_video(tmp_path_factory.mktemp("long") / "clip.mp4", seconds=20)


@pytest.fixture
def clip(long: Path, tmp_path: Path) -> Path:
    os.link(long, tmp_path / "clip.mp4")
    return tmp_path / "clip.mp4"


def everything_below(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.rglob("*"))


@pytest.mark.parametrize("number", ENDING, ids=lambda number: number.name)
@pytest.mark.parametrize("words", [WORDS, ALL_NAMED], ids=["unnamed", "named"])
def test_ended_by_a_signal_a_zip_leaves_nothing(
    clip: Path, number: signal.Signals, words: tuple[str, ...]
) -> None:
    with at_work(clip, *MUCH, "--output", clip.parent / "frames.zip", words=words) as running:
        assert len(everything_below(clip.parent)) == (1 if words == WORDS else 2)
        children = psutil.Process(running.pid).children(recursive=True)
        running.send_signal(number)
        said = running.communicate(timeout=20)
    assert (running.returncode, said) == (ENDING[number], (b"", b""))
    assert everything_below(clip.parent) == ["clip.mp4"]
    assert psutil.wait_procs(children, timeout=10)[1] == []


@pytest.mark.parametrize("number", ENDING, ids=lambda number: number.name)
def test_ended_by_a_signal_a_folder_keeps_what_it_had(clip: Path, number: signal.Signals) -> None:
    folder = clip.parent / "frames"
    folder.mkdir()
    (folder / "notes.part").write_text("mine")
    with at_work(clip, *MUCH, "--output", f"{folder}/") as running:
        running.send_signal(number)
        said = running.communicate(timeout=20)
    assert (running.returncode, said) == (ENDING[number], (b"", b""))
    assert everything_below(folder) == ["notes.part"]


#: A folder whose owner is told to end while the first of its files gets its name.
INTERRUPTED = """
import os, signal, sys
from pathlib import Path
from types import SimpleNamespace
from apps.processing.extraction.command.ending import end_at_signals
from apps.processing.extraction.command.folder import folder_output

def interrupted(source, target, replace=os.replace):
    signal.raise_signal(signal.SIGTERM)
    replace(source, target)

end_at_signals()
with folder_output(Path(sys.argv[1])) as output:
    output.add(SimpleNamespace(file="a.png", data=b"a"))
    output.add(SimpleNamespace(file="b.png", data=b"b"))
    os.replace = interrupted
    output.finish({"frames": []})
"""


def test_ended_while_it_is_named_a_folder_is_whole(tmp_path: Path) -> None:
    folder = tmp_path / "frames"
    words = [sys.executable, "-c", INTERRUPTED, folder]
    assert subprocess.run(words, cwd=ROOT, check=False).returncode == 143
    assert everything_below(folder) == ["a.png", "b.png", "manifest.csv", "manifest.json"]


def test_a_zip_leaves_nothing_when_it_is_killed(clip: Path) -> None:
    with at_work(clip, *MUCH, "--output", clip.parent / "frames.zip") as running:
        running.kill()
        running.wait(20)
    assert everything_below(clip.parent) == ["clip.mp4"]


def test_what_is_ignored_from_the_start_stays_ignored(clip: Path) -> None:
    words = ("nohup", *WORDS)
    output = clip.parent / "frames.zip"
    with at_work(clip, "--every", "0.1", "--output", output, words=words) as running:
        running.send_signal(signal.SIGHUP)
        running.communicate(timeout=60)
    assert running.returncode == 0
    assert len(numbers_in(output)) == 200


@pytest.mark.parametrize("closed", ["<&-", ">&-", "<&- >&- 2>&-"])
def test_closed_descriptors_do_not_harm_the_video(clip: Path, closed: str) -> None:
    output = clip.parent / "frames.zip"
    assert in_shell([clip, "--count", "2", "--output", output], closed).returncode == 0
    assert numbers_in(output) == [0, 250]


def test_with_other_descriptors_closed_it_streams(clip: Path) -> None:
    ended = in_shell([clip, "--count", "2", "--output", "-"], "<&- 2>&-")
    assert ended.returncode == 0
    assert numbers_in(io.BytesIO(ended.stdout)) == [0, 250]


def test_a_closed_standard_output_is_no_place(clip: Path) -> None:
    ended = in_shell([clip, "--output", "-", "--json"], ">&-")
    assert ended.returncode == 2
    assert json.loads(ended.stderr) == {
        "code": "bad_arguments",
        "detail": "standard output is closed",
        "retryable": False,
    }


def test_a_reader_that_goes_away_is_told_in_a_line(clip: Path) -> None:
    ended = in_shell([clip, *MUCH, "--output", "-"], "| head -c 9; exit ${PIPESTATUS[0]}")
    assert (ended.returncode, ended.stderr) == (2, b"os_error: Broken pipe\n")
    assert len(ended.stdout) == 9


@pytest.mark.parametrize("kind", ["pipe", "folder"])
def test_a_video_that_is_no_regular_file_is_told_so(tmp_path: Path, kind: str) -> None:
    video = tmp_path / "video"
    os.mkfifo(video) if kind == "pipe" else video.mkdir()
    ended = command(video, "--output", tmp_path / "frames.zip")
    assert ended.returncode == 2
    assert b"is no regular file" in ended.stderr
    assert everything_below(tmp_path) == ["video"]
