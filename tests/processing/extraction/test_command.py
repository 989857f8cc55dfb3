"""`python -m apps.processing.extraction`, as a person runs it."""

import io
import json
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from tests.media import make_video, number_in, text_file, truncated

ROOT = Path(__file__).parents[3]


def command(*arguments: object) -> "subprocess.CompletedProcess[bytes]":
    return subprocess.run(
        [sys.executable, "-m", "apps.processing.extraction", *map(str, arguments)],
        cwd=ROOT,
        env={},
        capture_output=True,
        check=False,
    )


def numbers_in(archive: zipfile.ZipFile) -> list[int]:
    return [number_in(archive.read(name)) for name in archive.namelist() if ".jpg" in name]


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
    with zipfile.ZipFile(output) as archive:
        assert numbers_in(archive) == [0, 12, 25, 37, 50, 62]
    assert [path.name for path in tmp_path.iterdir() if "part" in path.name] == []


def test_it_streams_the_zip_to_standard_output(tmp_path: Path) -> None:
    path = make_video(tmp_path / "clip.mp4")
    ended = command(path, "--at", "1,2.5,00:00:02", "--output", "-", "--json")
    assert ended.returncode == 0
    with zipfile.ZipFile(io.BytesIO(ended.stdout)) as archive:
        assert numbers_in(archive) == [25, 50, 62]
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


def test_a_missing_file_ends_with_two(tmp_path: Path) -> None:
    assert command(tmp_path / "none.mp4", "--probe").returncode == 2


def test_a_folder_keeps_what_was_there_where_an_extraction_fails(tmp_path: Path) -> None:
    folder = tmp_path / "frames"
    clip = make_video(tmp_path / "clip.mp4", seconds=2)
    assert command(clip, "--output", f"{folder}/", "--every", "1").returncode == 0
    before = {path.name: path.read_bytes() for path in folder.iterdir()}
    assert command(clip, "--output", f"{folder}/", "--max-frames", "1", "--every", "1").returncode
    broken = truncated(clip, tmp_path / "broken.mp4", share=0.5)
    assert command(broken, "--output", f"{folder}/", "--every", "1").returncode == 3
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == before
