"""What the page about datasets tells people to paste does what it says."""

import csv
import os
import re
import subprocess
import sys
from pathlib import Path

from tests.media import make_video, random_bytes
from tests.processing.extraction.test_spreading_damage import damaged, flipped, place_of

ROOT = Path(__file__).parents[3]
PAGE = (ROOT / "docs/howto/make-a-dataset.md").read_text()


def pasted(language: str, holding: str) -> str:
    """Return the one block that holds some words, for this interpreter."""
    blocks = re.findall(rf"^```{language}\n(.*?)^```", PAGE, re.M | re.S)
    [block] = [each for each in blocks if holding in each]
    assert isinstance(block, str)
    return block.replace(".venv/bin/python", sys.executable)


def shell(script: str, folder: Path) -> str:
    """Run lines in a folder; returns what they said."""
    own = {"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT)}
    done = subprocess.run(
        ["bash", "-c", script], cwd=folder, env=own, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_many_videos_become_one_table_with_every_picture_once(tmp_path: Path) -> None:
    videos = tmp_path / "videos"
    videos.mkdir()
    make_video(videos / "a.mp4", seconds=5)
    (videos / "b.mp4").write_bytes((videos / "a.mp4").read_bytes())  # the same again
    make_video(videos / "c.mkv", seconds=3, grain=9)
    random_bytes(videos / "d.mp4", size_bytes=2000)
    (tmp_path / "join.py").write_text(pasted("python", "def rows"))
    said = shell(pasted("sh", "for video"), tmp_path)
    assert "left out: videos/d.mp4: {" in said
    stamps = {path: path.stat().st_mtime_ns for path in tmp_path.glob("frames/*.zip")}
    assert [path.name for path in sorted(stamps)] == ["a.mp4.zip", "b.mp4.zip", "c.mkv.zip"]
    shell(pasted("sh", "for video"), tmp_path)
    assert {path: path.stat().st_mtime_ns for path in stamps} == stamps  # done is done
    said = shell(f"{sys.executable} join.py frames dataset", tmp_path)
    with (tmp_path / "dataset/frames.csv").open() as file:
        rows = list(csv.DictReader(file))
    assert said == f"{len(rows)} pictures in dataset\n"
    assert [(row["video"], row["requested_s"]) for row in rows] == [
        *(("a.mp4", time_s) for time_s in ("0", "2", "4")),
        *(("c.mkv", time_s) for time_s in ("0", "2")),
    ]
    assert all((tmp_path / "dataset" / row["image"]).stat().st_size for row in rows)


def test_pictures_of_damaged_parts_stay_out_of_the_table(tmp_path: Path) -> None:
    videos = tmp_path / "videos"
    videos.mkdir()
    path = make_video(videos / "whole.mp4", seconds=6, gop=50, size=(320, 240), grain=20)
    offset, size = place_of(path, 60)
    damaged(path, offset + size // 3, flipped, 20)
    path.unlink()
    (tmp_path / "join.py").write_text(pasted("python", "def rows"))
    said = shell(pasted("sh", "for video").replace("--every 2", "--every 1"), tmp_path)
    assert "with warnings: videos/damaged.mp4" in said
    shell(f"{sys.executable} join.py frames dataset", tmp_path)
    with (tmp_path / "dataset/frames.csv").open() as file:
        asked = [row["requested_s"] for row in csv.DictReader(file)]
    assert asked == ["0", "1", "2", "4", "5"]


def test_the_same_video_gives_the_same_bytes(tmp_path: Path) -> None:
    (tmp_path / "videos").mkdir()
    make_video(tmp_path / "videos/a.mp4", seconds=2)
    naming = next(line for line in pasted("sh", "for video").splitlines() if "FRAMES=" in line)
    assert shell(f"{naming}\n{pasted('sh', 'cmp once.zip')}", tmp_path) == "the same\n"
