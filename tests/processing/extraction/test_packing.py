"""The ZIP and its manifest, as the outside may rely on them."""

import csv
import hashlib
import io
import json
import struct
import tomllib
import zipfile
from fractions import Fraction
from pathlib import Path

import pytest

from apps.processing.extraction import Picture, ZipPacker
from apps.processing.extraction.manifest import VERSION
from apps.processing.extraction.timecode import file_name, parse_time
from tests.media import make_video, truncated
from tests.processing.extraction.running import every, pack

MANIFEST: dict[str, object] = {"frames": []}
SIZES_FOLLOW = 0x08


def picture(index: int, data: bytes) -> Picture:
    digest = hashlib.sha256(data).hexdigest()
    moment = Fraction(index - 1)
    name = file_name(index, moment, "jpg")
    return Picture(index, moment, moment, name, 1, 1, data, digest, b"")


def test_the_same_video_gives_the_same_bytes_twice(tmp_path: Path) -> None:
    path = make_video(tmp_path / "clip.mp4", bframes=2, with_audio=True)
    assert pack(path, **every("0.5")) == pack(path, **every("0.5"))


def test_the_zip_holds_the_pictures_in_order_and_then_the_manifests(tmp_path: Path) -> None:
    written, facts = pack(make_video(tmp_path / "clip.mp4"), **every("0.5"))
    with zipfile.ZipFile(io.BytesIO(written)) as archive:
        assert archive.testzip() is None
        assert archive.namelist() == [
            "0001_00-00-00.jpg",
            "0002_00-00-00.500.jpg",
            "0003_00-00-01.jpg",
            "0004_00-00-01.500.jpg",
            "0005_00-00-02.jpg",
            "0006_00-00-02.500.jpg",
            "manifest.json",
            "manifest.csv",
        ]
        for entry in archive.infolist():
            assert entry.compress_type == zipfile.ZIP_STORED
            assert entry.date_time == (1980, 1, 1, 0, 0, 0)
            assert not entry.flag_bits & SIZES_FOLLOW
    assert facts.frames == 6
    assert facts.bytes == len(written)
    assert facts.sha256 == hashlib.sha256(written).hexdigest()


def test_the_manifest_says_what_is_in_the_zip(tmp_path: Path) -> None:
    path = make_video(tmp_path / "holiday.mp4")
    written, _ = pack(path, **every("0.5"), end_s=Fraction(2))
    with zipfile.ZipFile(io.BytesIO(written)) as archive:
        manifest = json.loads(archive.read("manifest.json"))
        rows = list(csv.DictReader(io.StringIO(archive.read("manifest.csv").decode())))
        for frame in manifest["frames"]:
            data = archive.read(frame["file"])
            assert frame["bytes"] == len(data)
            assert frame["sha256"] == hashlib.sha256(data).hexdigest()
    assert list(manifest) == ["video", "options", "tool", "frames", "skipped", "warnings"]
    assert manifest["video"]["name"] == "holiday.mp4"
    assert manifest["video"]["bytes"] == path.stat().st_size
    assert manifest["video"]["duration_s"] == 3
    assert manifest["video"]["avg_frame_rate"] == 25
    assert manifest["options"]["interval_s"] == 0.5
    assert list(manifest["tool"]) == ["frameflow", "av", "ffmpeg"]
    assert [frame["requested_s"] for frame in manifest["frames"]] == [0, 0.5, 1, 1.5]
    assert [frame["pts_s"] for frame in manifest["frames"]] == [0, 0.48, 1, 1.48]
    assert [dict(row) for row in rows] == [
        {name: str(value) for name, value in frame.items()} for frame in manifest["frames"]
    ]


def test_the_manifest_holds_the_warnings(tmp_path: Path) -> None:
    fast = {"movflags": "faststart"}
    whole = make_video(tmp_path / "whole.mp4", seconds=4, container_options=fast)
    written, _ = pack(truncated(whole, tmp_path / "cut.mp4", share=0.6), **every("1"))
    with zipfile.ZipFile(io.BytesIO(written)) as archive:
        [warning] = json.loads(archive.read("manifest.json"))["warnings"]
    assert warning["code"] == "truncated"
    assert 0 < warning["from_s"] < warning["to_s"] == 4


def test_sizes_stand_before_the_data_so_that_a_reader_can_stream() -> None:
    pieces: list[bytes] = []
    ZipPacker(pieces.append).add(picture(1, b"\xff\xd8\xff" + bytes(97)))
    [first] = pieces
    assert struct.unpack_from("<II", first, 18) == (100, 100)


def test_only_one_entry_is_held_at_a_time() -> None:
    pieces: list[bytes] = []
    packer = ZipPacker(pieces.append)
    for index in range(1, 4):
        packer.add(picture(index, bytes(1000)))
        assert len(pieces) == index
        assert 1000 < len(pieces[-1]) < 1100


def test_a_zip_beyond_the_old_limits_becomes_zip64(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(zipfile, "ZIP_FILECOUNT_LIMIT", 2)
    monkeypatch.setattr(zipfile, "ZIP64_LIMIT", 5000)
    written = bytearray()
    packer = ZipPacker(written.extend)
    for index in range(1, 10):
        packer.add(picture(index, bytes(1000)))
    packer.close(MANIFEST)
    assert b"PK\x06\x06" in written
    with zipfile.ZipFile(io.BytesIO(written)) as archive:
        assert archive.testzip() is None
        assert len(archive.namelist()) == 11


@pytest.mark.parametrize(
    ("index", "time_s", "name"),
    [
        (1, Fraction(0), "0001_00-00-00.jpg"),
        (2, Fraction(5, 2), "0002_00-00-02.500.jpg"),
        (3, Fraction(1, 3), "0003_00-00-00.333.jpg"),
        (4, Fraction(59999, 1000) + Fraction(9, 10000), "0004_00-00-59.999.jpg"),
        (12345, Fraction(3600 * 101 + 61), "12345_101-01-01.jpg"),
    ],
)
def test_names_carry_index_and_time(index: int, time_s: Fraction, name: str) -> None:
    assert file_name(index, time_s, "jpg") == name


@pytest.mark.parametrize(
    ("text", "time_s"),
    [
        ("90", Fraction(90)),
        ("2.5", Fraction(5, 2)),
        ("0.1", Fraction(1, 10)),
        ("01:30", Fraction(90)),
        ("00:01:00", Fraction(60)),
        ("1:00:00.125", Fraction(28801, 8)),
    ],
)
def test_times_are_read_exactly(text: str, time_s: Fraction) -> None:
    assert parse_time(text) == time_s


@pytest.mark.parametrize("text", ["", "-1", "1e3", "nan", "1:2:3:4", "1/2", "٣", "1" * 10])
def test_no_text_but_a_time_is_a_time(text: str) -> None:
    with pytest.raises(ValueError, match="is not a time"):
        parse_time(text)


def test_the_version_is_that_of_the_project() -> None:
    project = Path(__file__).parents[3] / "pyproject.toml"
    assert tomllib.loads(project.read_text())["project"]["version"] == VERSION
