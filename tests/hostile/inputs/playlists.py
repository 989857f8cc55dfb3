"""Lists of other things to open: HLS, concat, DASH, sessions, reference movies as text."""

from collections.abc import Callable
from typing import Final

from tests.hostile.boxes import box, preceded
from tests.hostile.registry import Place, add
from tests.hostile.seeds import clip

END: Final = "#EXT-X-ENDLIST\n"
#: What a line of an HLS playlist may name.
TARGETS: Final[dict[str, tuple[Callable[[Place], str], str | None]]] = {
    "http": (lambda place: place.url, "calls"),
    "file_url": (lambda place: f"file://{place.neighbour}", "opens"),
    "absolute_path": (lambda place: str(place.neighbour), "opens"),
    "relative_path": (lambda place: place.neighbour.name, "opens"),
    "concat": (lambda place: f"concat:{place.neighbour}|{place.neighbour}", None),
    "subfile": (lambda place: f"subfile,,start,0,end,9,,:{place.neighbour}", None),
    "crypto": (lambda place: f"crypto+{place.url}", None),
    "data": (lambda _: "data:video/mp2t;base64,R0AAEAAAsA0AAcEAAAAB8AA=", None),
    "unix_socket": (lambda place: f"unix:{place.socket}", None),
    "udp": (lambda place: f"udp://127.0.0.1:{place.udp_port}", None),
    "tcp": (lambda place: f"tcp://127.0.0.1:{place.tcp_port}", None),
    "rtmp": (lambda place: f"rtmp://127.0.0.1:{place.tcp_port}/a/b", None),
    "ftp": (lambda place: f"ftp://127.0.0.1:{place.tcp_port}/a.ts", None),
    "gopher": (lambda place: f"gopher://127.0.0.1:{place.tcp_port}/0a.ts", None),
    "cache_of_file": (lambda place: f"cache:{place.neighbour}", None),
    "async_of_file": (lambda place: f"async:{place.neighbour}", None),
    "pipe": (lambda _: "pipe:0", None),
    "descriptor": (lambda _: "fd:0", None),
    "climbing_path": (lambda place: f"../{place.folder.name}/neighbour.ts", "opens"),
}


def hls(*lines: str, end: str = END) -> bytes:
    """Return a playlist of one segment."""
    head = "#EXTM3U\n#EXT-X-VERSION:6\n#EXT-X-TARGETDURATION:1\n#EXT-X-MEDIA-SEQUENCE:0\n"
    return (head + "\n".join(lines) + "\n" + end).encode()


def _hls_of(target: Callable[[Place], str]) -> Callable[[Place], bytes]:
    return lambda place: hls("#EXTINF:1,", target(place))


for _name, (_target, _harm) in TARGETS.items():
    add(f"hls_{_name}", _hls_of(_target), "unsupported_type", harm=_harm, file="input.m3u8")


def add_list(name: str, text: Callable[[Place], str], *codes: str, **more: str) -> None:
    """Register a text."""
    add(name, lambda place: text(place).encode(), *(codes or ("unreadable",)), **more)


def _key(place: Place) -> bytes:
    return hls(f'#EXT-X-KEY:METHOD=AES-128,URI="{place.url}"', "#EXTINF:1,", str(place.neighbour))


def _map(place: Place) -> bytes:
    return hls(f'#EXT-X-MAP:URI="{place.url}"', "#EXTINF:1,", str(place.neighbour))


def _master(place: Place) -> bytes:
    variant = f"#EXT-X-STREAM-INF:BANDWIDTH=1\n{place.folder}/neighbour.m3u8"
    return f"#EXTM3U\n{variant}\n".encode()


def _endless(place: Place) -> bytes:
    return hls("#EXTINF:1,", str(place.neighbour), end="")


add("hls_key_by_http", _key, "unsupported_type", file="input.m3u8", harm="calls")
add("hls_map_by_http", _map, "unsupported_type", file="input.m3u8", harm="calls")
add("hls_master", _master, "unsupported_type", file="input.m3u8", harm="opens")
add("hls_without_end", _endless, "unsupported_type", file="input.m3u8", harm="opens")
add("hls_named_mp4", _hls_of(lambda place: str(place.neighbour)), "unsupported_type")
add(
    "hls_behind_a_byte_order_mark",
    lambda place: b"\xef\xbb\xbf" + hls("#EXTINF:1,", place.url),
    "unreadable",
    file="input.m3u8",
)
CONCAT: Final = "ffconcat version 1.0\n"
add_list(
    "concat_of_a_neighbour", lambda place: f"{CONCAT}file neighbour.ts\n",
    "unsupported_type", harm="opens",
)  # fmt: skip
add_list("concat_of_a_path", lambda place: f"{CONCAT}file {place.neighbour}\n", "unsupported_type")
add_list("concat_of_a_page", lambda place: f"{CONCAT}file {place.url}\n", "unsupported_type")
add_list("concat_of_itself", lambda place: f"{CONCAT}file input.mp4\n", "unsupported_type")
add_list(
    "concat_of_ten_thousand",
    lambda place: CONCAT + "file neighbour.ts\nduration 9999999\n" * 10_000,
    "unsupported_type",
    harm="opens",
)
add_list(
    "concat_behind_a_comment",
    lambda place: f"# a film\n{CONCAT}file neighbour.ts\n",
)


def playlist_in_a_file_of_boxes(place: Place) -> bytes:
    """A playlist inside the first box of a real video."""
    inner = hls("#EXTINF:1,", str(place.neighbour))
    return preceded(clip("mp4"), box(b"free", inner))


add("playlist_in_a_free_box", playlist_in_a_file_of_boxes, "ready", file="input.m3u8")
