"""What will be read of a video is said beforehand, so that one wait is enough for much of it.

Nothing here decides what is read: a guess that is wrong costs time or bytes, never a picture.
"""

from collections import deque
from collections.abc import Iterator, Sequence
from typing import Final

from apps.processing.extraction.choosing.grouping import Group
from apps.processing.extraction.opening.opener import Video
from apps.processing.extraction.opening.source import Source

#: Groups whose bytes are on their way while others are decoded.
AHEAD: Final = 8


def expect_all(source: Source) -> None:
    """Expect the whole video, from its beginning."""
    source.expect(0, source.size)


def expected_groups(video: Video, coming: Iterator[Group]) -> Iterator[Group]:
    """Yield groups; the bytes of each were expected some groups before."""
    waiting: deque[Group] = deque()
    for group in coming:
        _expect_chain(video, group)
        waiting.append(group)
        if len(waiting) > AHEAD:
            yield waiting.popleft()
    yield from waiting


def _expect_chain(video: Video, group: Group) -> None:
    """Expect from a group's key frame to the first packet that is later than its last time."""
    entries = video.stream.index_entries
    first = entries.search_timestamp(group.begins[0])
    if first < 0:
        return
    offset, end = entries[first].pos, video.source.size
    if isinstance(group.times_s, Sequence):
        last = entries.search_timestamp(video.ticks_at(group.times_s[-1]), any_frame=True)
        after = entries[min(max(last, first) + 1, len(entries) - 1)]
        end = after.pos + after.size
    video.source.expect(offset, end - offset)
