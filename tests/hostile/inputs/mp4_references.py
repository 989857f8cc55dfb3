"""MP4 that says: my pictures lie elsewhere."""

from tests.hostile.boxes import NO_FLAGS, bend, box, extend, replace, u32
from tests.hostile.registry import Place, hostile
from tests.hostile.seeds import clip

DREF = "moov/trak/mdia/minf/dinf/dref"
ELSEWHERE = ("ready", "unreadable")


def referring(kind: bytes, target: bytes) -> bytes:
    """Return a video whose pictures are said to lie in another file."""
    return replace(clip("mp4"), DREF, NO_FLAGS, u32(1), box(kind, NO_FLAGS, target))


def alias(path: str) -> bytes:
    """Return an alias record of the old Macintosh, with an absolute path in it."""
    name = path.rpartition("/")[2].encode()[:27]
    head = bytes(6) + u32(0)[:2] + b"\0\2" + bytes(2) + b"\x04disk".ljust(28, b"\0") + bytes(8)
    record = head + bytes(4) + bytes([len(name)]) + name.ljust(63, b"\0") + bytes(16)
    record += bytes(20) + b"\0\x01\0\x01" + bytes(12)
    text = path.encode()
    pad = b"\0" * (len(text) % 2)
    return record + b"\0\x12" + len(text).to_bytes(2) + text + pad + b"\xff\xff\0\0"


@hostile(*ELSEWHERE)
def reference_to_a_path(place: Place) -> bytes:
    return referring(b"url ", f"file://{place.folder}/neighbour.mp4\0".encode())


@hostile(*ELSEWHERE)
def reference_to_a_neighbour(_: Place) -> bytes:
    return referring(b"url ", b"neighbour.mp4\0")


@hostile(*ELSEWHERE)
def reference_to_a_page(place: Place) -> bytes:
    return referring(b"url ", f"{place.url}\0".encode())


@hostile(*ELSEWHERE)
def reference_by_alias(place: Place) -> bytes:
    return referring(b"alis", alias(f"{place.folder}/neighbour.mp4"))


@hostile(*ELSEWHERE)
def reference_by_relative_alias(_: Place) -> bytes:
    return referring(b"alis", alias("neighbour.mp4"))


@hostile(*ELSEWHERE)
def reference_to_a_device(_: Place) -> bytes:
    return referring(b"url ", b"file:///dev/zero\0")


@hostile(*ELSEWHERE)
def ten_thousand_references(_: Place) -> bytes:
    one = box(b"url ", NO_FLAGS, b"file:///etc/passwd\0")
    return replace(clip("mp4"), DREF, NO_FLAGS, u32(10_000), one * 10_000)


@hostile("ready", "unreadable")
def references_counted_to_no_end(_: Place) -> bytes:
    return replace(clip("mp4"), DREF, NO_FLAGS, u32(0xFFFFFFFF))


def reference_movie(kind: bytes, target: str) -> bytes:
    """Return a QuickTime movie that has no pictures and names where they are."""
    address = target.encode() + b"\0"
    data = box(b"rdrf", NO_FLAGS, kind, u32(len(address)), address)
    movie = box(b"rmra", box(b"rmda", data))
    return box(b"ftyp", b"qt  ", bytes(4), b"qt  ") + box(b"moov", movie)


@hostile("unreadable")
def movie_of_a_page(place: Place) -> bytes:
    return reference_movie(b"url ", place.url)


@hostile("unreadable")
def movie_of_a_stream(place: Place) -> bytes:
    return reference_movie(b"url ", f"rtsp://127.0.0.1:{place.tcp_port}/a")


@hostile("unreadable")
def movie_of_a_path(place: Place) -> bytes:
    return reference_movie(b"alis", str(place.neighbour))


@hostile("ready")
def movie_of_a_page_and_pictures(place: Place) -> bytes:
    data = box(b"rdrf", NO_FLAGS, b"url ", u32(len(place.url)), place.url.encode())
    return extend(clip("mp4"), "moov", box(b"rmra", box(b"rmda", data)))


@hostile("ready", "unreadable")
def licence_by_http(place: Place) -> bytes:
    address = f"<X><LA_URL>{place.url}</LA_URL></X>".encode("utf-16-le")
    system = bytes.fromhex("9a04f07998404286ab92e65be0885f95")
    return extend(clip("mp4"), "moov", box(b"pssh", NO_FLAGS, system, u32(len(address)), address))


@hostile("ready", "unreadable", "no_video")
def hints_of_a_server(_: Place) -> bytes:
    """A hint track, as streaming servers read it."""
    return bend(clip("mp4"), "moov/trak/mdia/hdlr", lambda body: body.replace(b"vide", b"hint"))
