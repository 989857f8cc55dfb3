"""Pages of a list of frames, by cursor."""

from collections.abc import Sequence
from typing import Any

from rest_framework.utils.urls import replace_query_param

from apps.download.api.serializers.query import MAX_PAGE_SIZE
from apps.download.selectors import Frame


class FrameCursor:
    """`?cursor=after-50&page_size=50`: stays where it is while frames are added."""

    def __init__(self, url: str, *, cursor: str, page_size: int) -> None:
        self._url, self._size = url, min(page_size, MAX_PAGE_SIZE)
        self._direction, _, index = cursor.partition("-")
        self._index = int(index)

    def page_of(self, frames: Sequence[Frame]) -> dict[str, Any]:
        """Return `{count, next, previous, results}`."""
        page = self._cut(frames)
        more = bool(page) and frames[-1].index > page[-1].index
        before = bool(page) and frames[0].index < page[0].index
        return {
            "count": len(frames),
            "next": self._link("after", page[-1]) if more else None,
            "previous": self._link("before", page[0]) if before else None,
            "results": page,
        }

    def _cut(self, frames: Sequence[Frame]) -> list[Frame]:
        if self._direction == "before":
            return [each for each in frames if each.index < self._index][-self._size :]
        return [each for each in frames if each.index > self._index][: self._size]

    def _link(self, direction: str, frame: Frame) -> str:
        return replace_query_param(self._url, "cursor", f"{direction}-{frame.index}")
