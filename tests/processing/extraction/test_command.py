"""`python -m apps.processing.extraction`, as a person runs it."""

import io
import json
import os
from pathlib import Path

import pytest

from apps.processing.extraction import Limits
from tests.media import make_video, text_file, truncated
from tests.processing.extraction.commanding import ROOT, command, numbers_in


def test_it_writes_a_zip_and_says_what_it_did(tmp_path: Path) -> None:
    output = tmp_path / "frames.zip"
    ended = command(
        make_video(tmp_path / "clip.mp4"), "--every", "0.5", "--output", output, "--json"
    )
    assert (ended.returncode, ended.stderr) == (0, b"")
    said = json.loads(ended.stdout)
    assert list(said) == [
        *("frames", "skipped", "duration_s", "width", "height", "codec", "warnings"),
        *("elapsed_s", "packets_decoded", "bytes_read", "path", "output"),
    ]
    assert (said["frames"], said["codec"], said["warnings"]) == (6, "h264", [])
    assert (said["packets_decoded"], said["path"]) == (64, "groups")
    assert numbers_in(output) == [0, 12, 25, 37, 50, 62]
    assert [path.name for path in tmp_path.iterdir() if "part" in path.name] == []


def test_it_streams_the_zip_to_standard_output(tmp_path: Path) -> None:
    path = make_video(tmp_path / "clip.mp4")
    ended = command(path, "--at", "1,2.5,00:00:02", "--output", "-", "--json")
    assert ended.returncode == 0
    assert numbers_in(io.BytesIO(ended.stdout)) == [25, 50, 62]
    assert json.loads(ended.stderr)["output"] == "-"


def test_it_writes_single_files_into_a_folder(tmp_path: Path) -> None:
    path = make_video(tmp_path / "clip.mp4")
    ended = command(path, "--count", 2, "--format", "png", "--output", f"{tmp_path}/out/")
    assert ended.returncode == 0
    assert sorted(file.name for file in (tmp_path / "out").iterdir()) == [
        "0001_00-00-00.png",
        "0002_00-00-01.500.png",
        "manifest.csv",
        "manifest.json",
    ]


def test_a_probe_says_facts_and_estimate(tmp_path: Path) -> None:
    ended = command(make_video(tmp_path / "clip.mp4"), "--probe", "--json")
    assert ended.returncode == 0
    said = json.loads(ended.stdout)
    assert (said["codec"], said["duration_s"]) == ("h264", 3)
    assert said["estimate"]["frames"] == 1


def test_warnings_end_with_four(tmp_path: Path) -> None:
    whole = make_video(tmp_path / "w.mp4", container_options={"movflags": "faststart"})
    cut = truncated(whole, tmp_path / "cut.mp4", share=0.7)
    ended = command(cut, "--every", 1, "--output", tmp_path / "frames.zip", "--json")
    assert ended.returncode == 4
    assert json.loads(ended.stdout)["warnings"][0]["code"] == "truncated"


def test_a_refusal_ends_with_three_says_its_code_and_leaves_no_file(tmp_path: Path) -> None:
    path = text_file(tmp_path / "clip.mp4")
    ended = command(path, "--output", tmp_path / "frames.zip", "--json")
    assert ended.returncode == 3
    assert json.loads(ended.stderr)["code"] == "unreadable"
    assert [file.name for file in tmp_path.iterdir()] == ["clip.mp4"]


@pytest.mark.parametrize(
    "arguments",
    [
        ["--output", "x.zip", "--every", "never"],
        ["--output", "x.zip", "--every", "0"],
        ["--output", "x.zip", "--every", "1", "--count", "2"],
        ["--output", "x.zip", "--from", "5", "--to", "2"],
        ["--output", "x.zip", "--at", ",".join(["1"] * 1001)],
        ["--output", "x.zip", "--every-nth", "9" * 20],
        ["--output", "no/such/folder/x.zip"],
        [],
    ],
)
def test_bad_arguments_end_with_two(arguments: list[str], tmp_path: Path) -> None:
    path = make_video(tmp_path / "clip.mp4", seconds=1)
    ended = command(path, *arguments)
    assert ended.returncode == 2
    assert b"Traceback" not in ended.stderr


@pytest.mark.parametrize(
    ("arguments", "detail"),
    [
        (["none.mp4", "--probe"], "none.mp4: No such file or directory"),
        (["none.mp4"], "--output is needed"),
        (["none.mp4", "--probe", "--count", "0"], "counts start at 1"),
        (["none.mp4", "--probe", "--every-nth", "0"], "counts start at 1"),
        (["none.mp4", "--probe", "--max-frames", "0"], "counts start at 1"),
        (["none.mp4", "--quality", "x"], "argument --quality: invalid int value: 'x'"),
    ],
)
def test_bad_arguments_are_told_in_one_line_or_as_json(arguments: list[str], detail: str) -> None:
    ended = command(*arguments)
    assert (ended.returncode, ended.stderr.decode()) == (2, f"bad_arguments: {detail}\n")
    said = json.loads(command(*arguments, "--json").stderr)
    assert said == {"code": "bad_arguments", "detail": detail, "retryable": False}


def test_far_too_many_frames_are_refused_without_counting_them(tmp_path: Path) -> None:
    clip = make_video(tmp_path / "clip.mp4", seconds=1)
    for wish in (("--count", 10**9), ("--every", "0.000000001")):
        ended = command(clip, *wish, "--output", tmp_path / "frames.zip")
        assert ended.returncode == 3
        assert ended.stderr == b"too_many_frames: 1000000000 frames; the limit is 5000\n"


def test_a_name_that_is_no_text_is_no_obstacle(tmp_path: Path) -> None:
    clip = make_video(tmp_path / "clip.mp4", seconds=1)
    clip = clip.rename(os.fsdecode(os.fsencode(tmp_path) + b"/\xff.mp4"))
    assert command(clip, "--output", tmp_path / "frames.zip").returncode == 0
    assert numbers_in(tmp_path / "frames.zip") == [0]


def test_the_page_tells_the_limits() -> None:
    limits, page = Limits(), (ROOT / "docs/reference/commands.md").read_text()
    for line in (
        f"| length of the video, or of the range | {limits.max_duration_s // 3600} h |",
        f"| picture | {limits.max_pixels // 10**6} megapixels |",
        f"| all images together | {limits.max_output_bytes // 1024**3} GiB |",
        f"| memory of the decoder | {limits.memory_bytes / 1024**3} GiB |",
        f"| CPU, wall clock | {limits.cpu_s} s, {limits.wall_s:.0f} s |",
        f"| images | {limits.max_frames}, or `--max-frames` |",
    ):
        assert line in page
