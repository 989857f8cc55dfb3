"""Where the command writes: what is whole appears, and what is not its own stays."""

import io
import os
import signal
import stat
import subprocess
from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import pytest

from apps.processing.extraction.command.arguments import BadArguments
from apps.processing.extraction.command.folder import folder_output
from apps.processing.extraction.results import Picture
from tests.media import make_video, truncated
from tests.processing.extraction.commanding import (
    ALL_NAMED,
    ROOT,
    WORDS,
    at_work,
    command,
    numbers_in,
)

TWO = ("--count", "2")
MUCH = ("--every", "0.02", "--format", "png")
PICTURE = Picture(1, Fraction(0), Fraction(0), "a.png", 1, 1, b"ours", "", b"")


@pytest.fixture
def clip(tmp_path: Path) -> Path:
    return make_video(tmp_path / "clip.mp4", seconds=4)


def contents(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir() if path.is_file()}


@pytest.mark.parametrize("way", ["itself", "symlink", "hard link"])
def test_the_video_is_never_the_output(clip: Path, way: str) -> None:
    output = clip if way == "itself" else clip.with_name("other.zip")
    if way == "symlink":
        output.symlink_to(clip.name)
    elif way == "hard link":
        os.link(clip, output)
    before = contents(clip.parent)
    ended = command(clip, "--output", output)
    assert ended.returncode == 2
    assert b"is the video itself" in ended.stderr
    assert contents(clip.parent) == before


@pytest.mark.parametrize("words", [WORDS, ALL_NAMED], ids=["unnamed", "named"])
def test_a_zip_takes_the_place_of_what_was_there(clip: Path, words: Sequence[str]) -> None:
    output = clip.with_name("frames.zip")
    output.write_text("an older one")
    output.with_name("frames.zip.part").write_text("mine")
    ended = subprocess.run([*words, clip, *TWO, "--output", output], cwd=ROOT, check=False)
    assert ended.returncode == 0
    assert numbers_in(output) == [0, 50]
    assert sorted(contents(clip.parent)) == ["clip.mp4", "frames.zip", "frames.zip.part"]
    assert output.with_name("frames.zip.part").read_text() == "mine"
    assert stat.S_IMODE(output.stat().st_mode) == stat.S_IMODE(clip.stat().st_mode)


def test_of_a_link_the_target_is_replaced(clip: Path) -> None:
    target, link = clip.with_name("target.zip"), clip.with_name("link.zip")
    link.symlink_to(target.name)
    for _ in ("a link to nothing", "a link to a file"):
        assert command(clip, *TWO, "--output", link).returncode == 0
        assert link.is_symlink()
        assert numbers_in(target) == [0, 50]


@pytest.mark.parametrize("is_linked", [False, True])
def test_a_pipe_is_written_into(clip: Path, *, is_linked: bool) -> None:
    pipe = clip.with_name("pipe")
    os.mkfifo(pipe)
    reader = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)
    output = pipe
    if is_linked:
        output = clip.with_name("link")
        output.symlink_to(pipe.name)
    assert command(clip, *TWO, "--output", output).returncode == 0
    with open(reader, "rb") as read:
        assert numbers_in(io.BytesIO(read.read())) == [0, 50]
    assert stat.S_ISFIFO(pipe.stat().st_mode)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root makes devices")
def test_a_device_stays_a_device(clip: Path) -> None:
    full, disk = clip.with_name("full"), clip.with_name("disk")
    os.mknod(full, stat.S_IFCHR | 0o600, os.makedev(1, 7))
    os.mknod(disk, stat.S_IFBLK | 0o600, os.makedev(240, 0))
    said = command(clip, "--output", full)
    assert (said.returncode, said.stderr) == (2, b"os_error: No space left on device\n")
    assert command(clip, "--output", disk).stderr.endswith(b"pipe or character device\n")
    assert stat.S_ISCHR(full.stat().st_mode)
    assert stat.S_ISBLK(disk.stat().st_mode)


def test_of_two_runs_the_last_to_end_gives_the_file(clip: Path) -> None:
    output = clip.with_name("frames.zip")
    with at_work(clip, *MUCH, "--output", output) as first:
        first.send_signal(signal.SIGSTOP)
        assert command(clip, *TWO, "--output", output).returncode == 0
        assert numbers_in(output) == [0, 50]
        first.send_signal(signal.SIGCONT)
        first.communicate(timeout=60)
    assert first.returncode == 0
    assert len(numbers_in(output)) == 200
    assert sorted(contents(clip.parent)) == ["clip.mp4", "frames.zip"]


def test_a_folder_is_written_by_one_run_at_a_time(clip: Path) -> None:
    output = f"{clip.with_name('frames')}/"
    with at_work(clip, *MUCH, "--output", output) as first:
        first.send_signal(signal.SIGSTOP)
        ended = command(clip, *TWO, "--output", output)
        assert (ended.returncode, b"another run writes" in ended.stderr) == (2, True)
        first.send_signal(signal.SIGCONT)
        first.communicate(timeout=60)
    assert first.returncode == 0
    assert len(list(Path(output).iterdir())) == 202


def test_a_folder_keeps_what_is_not_its_own(clip: Path) -> None:
    folder = clip.with_name("frames")
    folder.mkdir()
    (folder / "0001_00-00-00.jpg.part").write_text("mine")
    broken = truncated(clip, clip.with_name("broken.mp4"), share=0.5)
    for refused in ((broken,), (clip, "--every", 1, "--max-frames", 1)):
        assert command(*refused, "--output", folder).returncode == 3
        assert contents(folder) == {"0001_00-00-00.jpg.part": b"mine"}
    assert command(clip, *TWO, "--output", folder).returncode == 0
    assert len(contents(folder)) == 5
    assert command(broken, "--output", f"{clip.with_name('new')}/").returncode == 3
    assert not clip.with_name("new").exists()


def test_a_name_that_is_taken_in_the_meantime_is_not_replaced(tmp_path: Path) -> None:
    folder = tmp_path / "frames"
    with folder_output(folder) as output:
        for file in ("a.png", "b.png"):
            output.add(replace(PICTURE, file=file))
        (folder / "b.png").write_text("mine")
        with pytest.raises(BadArguments, match="is there already"):
            output.finish({"frames": []})
    assert contents(folder) == {"b.png": b"mine"}


@pytest.mark.parametrize("taken", ["manifest.json", "0002_00-00-02.jpg"])
def test_a_folder_with_frames_of_an_earlier_run_is_refused(clip: Path, taken: str) -> None:
    folder = clip.with_name("frames")
    assert command(clip, *TWO, "--output", f"{folder}/").returncode == 0
    for path in folder.iterdir():
        if path.name != taken:
            path.unlink()
    before = contents(folder)
    ended = command(clip, *TWO, "--output", f"{folder}/")
    assert ended.returncode == 2
    assert f"{taken} is there already".encode() in ended.stderr
    assert contents(folder) == before
