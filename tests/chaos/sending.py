"""How a video is sent: as a form, in pieces, and by who hangs up in the middle."""

import socket
import time
from collections.abc import Mapping
from contextlib import suppress
from urllib.parse import urlsplit
from uuid import uuid4

import httpx

from tests.chaos.asking import Asker, GaveUp
from tests.chaos.uploads import Upload
from tests.resumable import metadata

RESUMABLE = {"Tus-Resumable": "1.0.0"}
PIECE = {**RESUMABLE, "Content-Type": "application/offset+octet-stream"}
#: Answers to a piece after which its sender asks where the upload stands, and goes on from there.
ASK_FIRST = {401, 408, 409, 423, 425, 429}
MOST_BEGUN = 5
LONGEST_STAY_S = 2.0
REST_S, LONGEST_REST_S = 0.2, 2.0


def send(asker: Asker, upload: Upload) -> None:
    """Send all of it, until there is an answer that decides."""
    if upload.in_pieces:
        pieces = Pieces(asker, upload)
        pieces.begin()
        if upload.conduct == "lose the answer":
            pieces.hang_up(1.0)
        pieces.send()
        return
    if upload.conduct == "lose the answer":
        _hang_up_form(asker, upload, 1.0)
    files = {"file": (upload.name, upload.kind.data, "video/mp4")}
    headers = {"Idempotency-Key": upload.key}
    answer = asker.ask("POST", "videos/", files=files, data=upload.kind.options, headers=headers)
    if answer.status_code == 201:
        upload.video = answer.json()["id"]
    else:
        upload.refusal = answer.json().get("code", str(answer.status_code))


def vanish(asker: Asker, upload: Upload) -> None:
    """Send a part of it, or all, and never come back."""
    if upload.conduct == "vanish":
        _hang_up_form(asker, upload, upload.share)
        return
    pieces = Pieces(asker, upload)
    pieces.begin()
    pieces.hang_up(upload.share if upload.conduct == "vanish in a piece" else 1.0)


class Pieces:
    """One upload in pieces. After every failure it asks where it stands, and goes on from there;
    what was acknowledged once must stay so."""

    def __init__(self, asker: Asker, upload: Upload) -> None:
        self._asker, self._upload, self._data = asker, upload, upload.kind.data
        self._acknowledged_bytes = 0
        self._came_on_at = time.monotonic()
        self._rest_s = REST_S

    @property
    def _path(self) -> str:
        return f"uploads/{self._upload.begun}/"

    def begin(self) -> None:
        """Reserve its space; again with another key where the one before has expired."""
        upload = self._upload
        headers = {
            **RESUMABLE,
            "Upload-Length": str(len(self._data)),
            "Upload-Metadata": metadata(filename=upload.name, **upload.kind.options),
            "Idempotency-Key": f"{upload.key} {upload.begun_again}",
        }
        answer = self._asker.ask("POST", "uploads/", headers=headers)
        if answer.status_code == 410:
            self._begin_again()
            return
        assert answer.status_code == 201, f"begin: {answer.status_code} {answer.text}"
        upload.begun = answer.headers["Location"].rstrip("/").rpartition("/")[2]
        self._acknowledged_bytes = 0

    def send(self) -> None:
        """Send what is not there yet, until all of it is taken in as a video."""
        at_bytes = self._stands(self._ask())
        while at_bytes < len(self._data):
            answer = self._try_piece(at_bytes)
            at_bytes = self._stands(self._ask_again() if _asks_first(answer) else answer)
        while self._asker.ask("GET", f"videos/{self._upload.begun}/").json()["run"] is None:
            self._rest()  # whoever takes it in was struck; another will
        self._upload.video = self._upload.begun

    def hang_up(self, share: float) -> None:
        """Announce all of it as one piece, send a share, and hear no answer."""
        headers = {**PIECE, "Upload-Offset": "0"}
        stays_s = LONGEST_STAY_S * self._upload.share
        hang_up(self._asker, "PATCH", self._path, headers, self._data, share=share, stays_s=stays_s)

    def _begin_again(self) -> None:
        self._upload.begun_again += 1
        assert self._upload.begun_again < MOST_BEGUN, "it expired again and again"
        self.begin()

    def _try_piece(self, at_bytes: int) -> httpx.Response | None:
        size_bytes = max(1, int(len(self._data) * self._upload.piece_share))
        headers = {**PIECE, "Upload-Offset": str(at_bytes)}
        piece = self._data[at_bytes : at_bytes + size_bytes]
        return self._asker.try_once("PATCH", self._path, content=piece, headers=headers)

    def _ask(self) -> httpx.Response:
        return self._asker.ask("HEAD", self._path, headers=RESUMABLE)

    def _ask_again(self) -> httpx.Response:
        self._upload.cuts += 1
        self._rest()
        return self._ask()

    def _stands(self, answer: httpx.Response | None) -> int:
        """Return how much of it is there; an upload that has expired begins again."""
        assert answer is not None
        if answer.status_code == 410:
            self._begin_again()
            return 0
        assert answer.status_code in (200, 204), f"piece: {answer.status_code} {answer.text}"
        at_bytes = int(answer.headers["Upload-Offset"])
        before_bytes, self._acknowledged_bytes = self._acknowledged_bytes, at_bytes
        assert at_bytes >= before_bytes, f"{before_bytes} bytes were there, then {at_bytes}"
        if at_bytes > before_bytes:
            self._came_on_at, self._rest_s = time.monotonic(), REST_S
        return at_bytes

    def _rest(self) -> None:
        if time.monotonic() - self._came_on_at > self._asker.patience_s:
            raise GaveUp(self._path)
        time.sleep(self._rest_s)
        self._rest_s = min(self._rest_s * 2, LONGEST_REST_S)


def hang_up(
    asker: Asker,
    method: str,
    path: str,
    headers: Mapping[str, str],
    body: bytes,
    *,
    share: float,
    stays_s: float,
) -> None:
    """Send a request with a share of its body, and hang up a moment later without hearing the
    answer: a server that is told of both at once drops the body."""
    url = urlsplit(f"{asker.base}/api/v1/{path}")
    said = {"Host": url.netloc, "Authorization": asker.token, **headers,
            "Content-Length": str(len(body))}  # fmt: skip
    lines = [f"{method} {url.path} HTTP/1.1", *(f"{name}: {word}" for name, word in said.items())]
    sent = "\r\n".join([*lines, "", ""]).encode() + body[: int(len(body) * share)]
    with suppress(OSError):
        address = url.hostname or "", url.port or 0
        with socket.create_connection(address, timeout=5) as connection:
            connection.sendall(sent)
            time.sleep(stays_s)


def _hang_up_form(asker: Asker, upload: Upload, share: float) -> None:
    files = {"file": (upload.name, upload.kind.data, "video/mp4")}
    request = httpx.Request("POST", "http://form", files=files, data=upload.kind.options)
    body = request.read()
    headers = {"Idempotency-Key": upload.key if share == 1 else uuid4().hex,
               "Content-Type": request.headers["Content-Type"]}  # fmt: skip
    stays_s = LONGEST_STAY_S * upload.share
    hang_up(asker, "POST", "videos/", headers, body, share=share, stays_s=stays_s)


def _asks_first(answer: httpx.Response | None) -> bool:
    return answer is None or answer.status_code >= 500 or answer.status_code in ASK_FIRST
