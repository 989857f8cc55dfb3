"""The protocol tus 1.0.0: its headers, read and written. https://tus.io/protocols/resumable-upload

A request that cannot be read is refused with 400, a piece that is no piece with 415.
"""

import hashlib
import re
from base64 import b64decode
from binascii import Error as NotBase64
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils.http import http_date
from rest_framework.request import Request

from apps.upload.exceptions import LengthRequired, TooLarge
from apps.upload.exceptions.pieces import BadHeader, NotAPiece, OtherVersion
from apps.upload.models import Video, VideoState
from apps.upload.receiving import Checksum

VERSION = "1.0.0"
PIECE = "application/offset+octet-stream"
EXTENSIONS = ("creation", "creation-with-upload", "termination", "expiration", "checksum")
MOST_DIGITS = 18
LONGEST_METADATA = 8192

# The sender chooses how safe it wants to be; none of them guards anything of ours.
ALGORITHMS: dict[str, Callable[[], Any]] = {
    "sha1": lambda: hashlib.sha1(usedforsecurity=False),
    "sha256": hashlib.sha256,
    "sha512": hashlib.sha512,
    "md5": lambda: hashlib.md5(usedforsecurity=False),
}


def check_version(request: Request) -> None:
    """Raise `OtherVersion` where the sender speaks another one."""
    if request.headers.get("Tus-Resumable") != VERSION:
        raise OtherVersion


def abilities() -> dict[str, str]:
    """Return what OPTIONS tells."""
    return {
        "Tus-Version": VERSION,
        "Tus-Extension": ",".join(EXTENSIONS),
        "Tus-Max-Size": str(settings.MAX_UPLOAD_BYTES),
        "Tus-Checksum-Algorithm": ",".join(ALGORITHMS),
    }


def standing(video: Video) -> dict[str, str]:
    """Return how far an upload is, and how long it is kept so."""
    headers = {"Upload-Offset": str(video.offset_bytes)}
    if video.state == VideoState.UPLOADING:
        headers["Upload-Expires"] = http_date(expires_at(video).timestamp())
    return headers


def expires_at(video: Video) -> Any:
    """Return when an upload ends, unless more of it comes."""
    return video.active_at + timedelta(seconds=settings.UPLOAD_EXPIRES_AFTER_S)


def length_of(request: Request) -> int:
    """Return `Upload-Length`; a video whose length is not known is not taken."""
    return _number(request, "Upload-Length")


def offset_of(request: Request) -> int:
    """Return `Upload-Offset`."""
    return _number(request, "Upload-Offset")


def metadata_of(request: Request) -> dict[str, str]:
    """Return `Upload-Metadata`: pairs of a key and a text in Base64, which may be left out."""
    header = request.headers.get("Upload-Metadata", "")
    if len(header) > LONGEST_METADATA:
        raise BadHeader(f"Upload-Metadata has at most {LONGEST_METADATA} characters.")
    pairs = [pair.split(" ") for pair in re.split(r"\s*,\s*", header.strip()) if pair]
    if any(len(pair) > 2 or not pair[0] for pair in pairs):
        raise BadHeader("Upload-Metadata is pairs of a key and a value in Base64.")
    found = {pair[0]: _text("".join(pair[1:])) for pair in pairs}
    if len(found) < len(pairs):
        raise BadHeader("Upload-Metadata names a key twice.")
    return found


def checksum_of(request: Request) -> Checksum | None:
    """Return `Upload-Checksum`; None where there is none."""
    if "Upload-Checksum" not in request.headers:
        return None
    name, _space, value = request.headers["Upload-Checksum"].partition(" ")
    if name not in ALGORITHMS:
        raise BadHeader(f"Upload-Checksum is made with one of {', '.join(ALGORITHMS)}.")
    return Checksum(ALGORITHMS[name](), _bytes(value))


def piece_of(request: Request, most_bytes: int) -> int:
    """Return how long the piece in a request is.

    Raises `NotAPiece`, `LengthRequired`, or `TooLarge` where it is longer than `most_bytes`.
    """
    if request.headers.get("Content-Type", "").partition(";")[0].strip().lower() != PIECE:
        raise NotAPiece
    if "Content-Length" not in request.headers and "Transfer-Encoding" in request.headers:
        raise LengthRequired
    announced_bytes = int(request.headers.get("Content-Length") or 0)
    if announced_bytes > most_bytes:
        raise TooLarge("This piece reaches behind the end of the upload.")
    return announced_bytes


def take_method(request: HttpRequest) -> None:
    """Let a POST say that it is meant as another method, where a network knows no PATCH."""
    meant = request.headers.get("X-HTTP-Method-Override", "").upper()
    if request.method == "POST" and meant in ("PATCH", "DELETE", "HEAD"):
        request.method = meant


def _number(request: Request, name: str) -> int:
    text = request.headers.get(name, "")
    if not (text.isascii() and text.isdecimal() and len(text) <= MOST_DIGITS):
        raise BadHeader(f"{name} is a whole number of bytes.")
    return int(text)


def _text(value: str) -> str:
    try:
        return _bytes(value).decode()
    except UnicodeDecodeError:
        raise BadHeader("Upload-Metadata is in UTF-8.") from None


def _bytes(value: str) -> bytes:
    try:
        return b64decode(value.strip(), validate=True)
    except (NotBase64, ValueError):
        raise BadHeader(f"{value[:40]!r} is not Base64.") from None
