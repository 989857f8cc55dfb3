"""Pages of a list of frames, by cursor."""

import binascii
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Sequence
from typing import Any

from rest_framework.request import Request
from rest_framework.utils.urls import replace_query_param

from apps.download.selectors import Frame
from frameflow.exceptions import Invalid

PAGE_SIZE = 50
MAX_PAGE_SIZE = 200


class FrameCursor:
    """`?cursor=…&page_size=50`: stays where it is while frames are added."""

    def __init__(self, request: Request) -> None:
        self._url = request.build_absolute_uri()
        self._size = _page_size(request.query_params.get("page_size", ""))
        self._direction, self._index = _decode(request.query_params.get("cursor", ""))

    def page_of(self, frames: Sequence[Frame]) -> list[Frame]:
        """Return the frames of this page."""
        if self._direction == "before":
            return [each for each in frames if each.index < self._index][-self._size :]
        return [each for each in frames if each.index > self._index][: self._size]

    def document(self, frames: Sequence[Frame], rows: list[dict[str, Any]]) -> dict[str, Any]:
        """Return `{count, next, previous, results}`; `rows` are this page's."""
        first, last = (rows[0]["index"], rows[-1]["index"]) if rows else (0, 0)
        more = bool(rows) and frames[-1].index > last
        before = bool(rows) and frames[0].index < first
        return {
            "count": len(frames),
            "next": self._link("after", last) if more else None,
            "previous": self._link("before", first) if before else None,
            "results": rows,
        }

    def _link(self, direction: str, index: int) -> str:
        cursor = urlsafe_b64encode(f"{direction} {index}".encode()).decode()
        return replace_query_param(self._url, "cursor", cursor)


def _page_size(text: str) -> int:
    if not text:
        return PAGE_SIZE
    if not (text.isascii() and text.isdigit() and len(text) < 10 and int(text)):
        raise Invalid(errors=[{"path": "page_size", "message": "A whole number from 1."}])
    return min(int(text), MAX_PAGE_SIZE)


def _decode(cursor: str) -> tuple[str, int]:
    if not cursor:
        return "after", 0
    try:
        direction, index = urlsafe_b64decode(cursor).decode("ascii").split(" ")
        return direction, int(index)
    except (ValueError, binascii.Error):
        raise Invalid(errors=[{"path": "cursor", "message": "Use a link of a page."}]) from None
