"""A video can open nothing but itself."""

import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from apps.processing.extraction import Limits, Refused
from apps.processing.extraction.opening import opener
from apps.processing.extraction.opening.opener import open_video
from apps.processing.extraction.opening.sniffing import demuxer_for
from apps.processing.extraction.opening.source import DescriptorSource
from tests.media import make_video, random_bytes
from tests.processing.extraction.running import run


@pytest.fixture
def web() -> Iterator[socket.socket]:
    """A server that nobody may call."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.setblocking(False)
        yield server


def was_called(server: socket.socket) -> bool:
    try:
        server.accept()[0].close()
    except BlockingIOError:
        return False
    return True


def lures(port: int, neighbour: Path) -> dict[str, tuple[str, str]]:
    """Return crafted texts, each with the demuxer that would follow it."""
    sdp = f"v=0\no=- 0 0 IN IP4 127.0.0.1\ns=x\nc=IN IP4 127.0.0.1\nm=video {port} RTP/AVP 96\n"
    return {
        "hls-web": ("hls", f"#EXTM3U\n#EXTINF:1,\nhttp://127.0.0.1:{port}/a.ts\n#EXT-X-ENDLIST\n"),
        "hls-file": ("hls", f"#EXTM3U\n#EXTINF:1,\n{neighbour}\n#EXT-X-ENDLIST\n"),
        "concat": ("concat", f"ffconcat version 1.0\nfile {neighbour}\n"),
        "sdp": ("sdp", sdp + "a=rtpmap:96 H264/90000\n"),
        "text": ("tty", "just a story\n" * 400),
    }


@pytest.mark.parametrize("name", ["hls-web", "hls-file", "concat", "sdp", "text"])
def test_a_lure_named_mp4_is_refused_and_opens_nothing(
    name: str, tmp_path: Path, web: socket.socket
) -> None:
    neighbour = make_video(tmp_path / "neighbour.ts", seconds=1)
    _, text = lures(web.getsockname()[1], neighbour)[name]
    lure = tmp_path / "lure.mp4"
    lure.write_text(text)
    with pytest.raises(Refused) as caught:
        run(lure)
    assert caught.value.code == ("unreadable" if name == "text" else "unsupported_type")
    assert not was_called(web)


@pytest.mark.parametrize("name", ["hls-web", "hls-file", "concat", "sdp", "text"])
def test_a_lure_that_got_past_the_sniffing_is_still_refused(
    name: str, tmp_path: Path, web: socket.socket, monkeypatch: pytest.MonkeyPatch
) -> None:
    neighbour = make_video(tmp_path / "neighbour.ts", seconds=1)
    demuxer, text = lures(web.getsockname()[1], neighbour)[name]
    lure = tmp_path / "lure.mp4"
    lure.write_text(text)
    monkeypatch.setattr(opener, "demuxer_for", lambda head: demuxer)
    with lure.open("rb") as file, pytest.raises(Refused) as caught:  # noqa: SIM117
        with open_video(DescriptorSource(file.fileno()), Limits()):
            pytest.fail("it was opened")
    assert caught.value.code == "unreadable"
    assert not was_called(web)


def test_a_decoder_outside_the_list_does_not_decode(tmp_path: Path) -> None:
    path = make_video(tmp_path / "clip.mkv", codec="ffv1", seconds=1)
    with path.open("rb") as file, pytest.raises(Refused) as caught:  # noqa: SIM117
        with open_video(DescriptorSource(file.fileno()), Limits()):
            pytest.fail("it was opened")
    assert (caught.value.code, caught.value.detail) == ("unsupported_codec", "ffv1")


def test_the_decoder_itself_holds_the_list_and_the_pixel_limit(tmp_path: Path) -> None:
    path = make_video(tmp_path / "clip.mp4", seconds=1)
    limits = Limits(max_pixels=128 * 96)
    with path.open("rb") as file, open_video(DescriptorSource(file.fileno()), limits) as video:
        options = video.stream.codec_context.options
        assert options["codec_whitelist"] == opener.DECODERS
        assert options["max_pixels"] == "12288"


def test_av_open_is_called_in_one_place_only() -> None:
    package = Path(opener.__file__).parents[1]
    callers = [path.name for path in package.rglob("*.py") if "av.open(" in path.read_text()]
    assert callers == ["opener.py"]


@pytest.mark.parametrize(
    ("name", "codec", "demuxer"),
    [
        ("a.mp4", "h264", "mov"),
        ("a.mov", "h264", "mov"),
        ("a.mkv", "h264", "matroska"),
        ("a.webm", "vp8", "matroska"),
        ("a.avi", "mpeg4", "avi"),
        ("a.ts", "h264", "mpegts"),
        ("a.mpg", "mpeg2video", "mpeg"),
        ("a.flv", "h264", "flv"),
    ],
)
def test_the_first_bytes_name_the_demuxer(
    name: str, codec: str, demuxer: str, tmp_path: Path
) -> None:
    path = make_video(tmp_path / name, codec=codec, seconds=1)
    assert demuxer_for(path.read_bytes()[:4096]) == demuxer


@pytest.mark.parametrize(
    ("head", "code"),
    [
        (b"", "empty"),
        (b"ID3\x04rest", "no_video"),
        (b"RIFF\x00\x00\x00\x00WAVEfmt ", "no_video"),
        (b"GIF89a", "unsupported_type"),
        (b"OggS\x00", "unsupported_type"),
        (b"\x00\x00\x00\x01\x67\x42", "unsupported_type"),
        (b"\x00\x00\x00\x18ftypheic", "unsupported_type"),
        (b"GGGG", "unreadable"),
    ],
)
def test_other_first_bytes_get_their_code(head: bytes, code: str) -> None:
    with pytest.raises(Refused) as caught:
        demuxer_for(head)
    assert caught.value.code == code


def test_noise_is_no_transport_stream(tmp_path: Path) -> None:
    for seed in range(50):
        head = random_bytes(tmp_path / "noise", seed=seed, size_bytes=4096).read_bytes()
        with pytest.raises(Refused):
            demuxer_for(b"\x47" + head[1:])
