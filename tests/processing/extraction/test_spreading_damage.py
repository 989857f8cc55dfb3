"""What refers to a damaged picture is damaged too: whatever is not as it was, is told."""

import random
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path

import av
import pytest

from apps.processing.extraction import Notice
from tests.media import make_video
from tests.processing.extraction.running import Result, run

FRAME_S = Fraction(1, 25)
SECONDS, GOP = 4, 25
TS_PACKET_BYTES, ERROR_BIT = 188, 0x80


def clip(path: Path, **more: object) -> Path:
    return make_video(path, seconds=SECONDS, gop=GOP, size=(320, 240), grain=20, **more)  # type: ignore[arg-type]


def place_of(path: Path, number: int) -> tuple[int, int]:
    """Return where the packet of a picture lies, and its size."""
    with av.open(str(path)) as container:
        packets = [packet for packet in container.demux(video=0) if packet.size]
    packet = sorted(packets, key=lambda each: each.pts or each.dts or 0)[number]
    assert packet.pos is not None
    return packet.pos, packet.size


def damaged(path: Path, offset: int, change: Callable[[bytes], bytes], length: int) -> Path:
    data = bytearray(path.read_bytes())
    data[offset : offset + length] = change(bytes(data[offset : offset + length]))
    result = path.with_stem("damaged")
    result.write_bytes(data)
    return result


def flipped(data: bytes) -> bytes:
    return bytes(byte ^ 0x5A for byte in data)


def noise(data: bytes) -> bytes:
    return random.Random(5).randbytes(len(data))  # noqa: S311 - the same each time


def all_of(path: Path) -> Result:
    return run(path, mode="every_nth", every_nth=1)


def untrue_s(result: Result, whole: Result) -> list[Fraction]:
    """Return the times of pictures that are not those of the whole video at their time."""
    right = {picture.pts_s: picture.sha256 for picture in whole.pictures}
    return [each.pts_s for each in result.pictures if right.get(each.pts_s) != each.sha256]


def told(result: Result) -> list[Notice]:
    return [each for each in result.outcome.warnings if each.code == "damaged"]


def holds(notice: Notice, time_s: Fraction) -> bool:
    return (notice.from_s or 0) <= time_s and (notice.to_s is None or time_s < notice.to_s)


@pytest.mark.parametrize("name", ["clip.mp4", "clip.mkv", "clip.flv"])
@pytest.mark.parametrize("bframes", [0, 3])
def test_a_damaged_picture_spoils_all_up_to_the_next_key_frame(
    name: str, bframes: int, tmp_path: Path
) -> None:
    path = clip(tmp_path / name, bframes=bframes)
    offset, size = place_of(path, 36)
    result = all_of(damaged(path, offset + size // 3, flipped, 20))
    [notice] = told(result)
    wrong_s = untrue_s(result, all_of(path))
    assert wrong_s
    assert all(holds(notice, time_s) for time_s in wrong_s)
    assert notice.to_s == 2
    assert notice.from_s is not None
    assert Fraction(1) < notice.from_s <= 36 * FRAME_S


def flagged_by_ffmpeg(path: Path) -> list[Fraction]:
    with av.open(str(path)) as container:
        frames = container.decode(video=0)
        return [Fraction(frame.pts) * frame.time_base for frame in frames if frame.is_corrupt]  # type: ignore[operator,arg-type]


def test_what_ffmpeg_marks_without_an_error_is_told(tmp_path: Path) -> None:
    path = clip(tmp_path / "clip.mp4", codec="mpeg4")
    offset, size = place_of(path, 36)
    found = 0
    for begin in range(4, size - 8, size // 12):
        bad = damaged(path, offset + begin, flipped, 8)
        if flagged_s := flagged_by_ffmpeg(bad):
            found += 1
            notices = told(run(bad, mode="timestamps", timestamps_s=(Fraction(19, 10),)))
            assert any(holds(notice, flagged_s[0]) for notice in notices), begin
    assert found


def test_a_packet_that_says_it_was_damaged_on_its_way_is_told(tmp_path: Path) -> None:
    path = clip(tmp_path / "clip.ts")
    offset, _ = place_of(path, 40)
    raised = damaged(path, offset + 1, lambda byte: bytes([byte[0] | ERROR_BIT]), 1)
    [notice] = told(all_of(raised))
    assert holds(notice, 40 * FRAME_S)
    assert notice.to_s == 2


@pytest.mark.parametrize("codec", ["mjpeg", "mpeg4"])
def test_where_times_are_counted_a_loss_puts_all_that_follows_in_doubt(
    codec: str, tmp_path: Path
) -> None:
    path = clip(tmp_path / "clip.avi", codec=codec)
    offset, size = place_of(path, 40)
    result = all_of(damaged(path, offset - 100, noise, 3 * size))
    [notice] = told(result)
    late_s = untrue_s(result, all_of(path))
    assert late_s
    assert all(holds(notice, time_s) for time_s in late_s)
    assert notice.to_s is not None
    assert notice.to_s >= max(late_s)
