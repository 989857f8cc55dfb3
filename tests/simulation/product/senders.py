"""Who sends a video in pieces: through what the view of the protocol calls, and as badly as may be.

A sender knows only what it was told. Its piece may be cut, its answer lost; it may go on from where
the upload no longer stands, send the same again meanwhile, and vanish for ever.
"""

import hashlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from uuid import UUID

from django.utils import timezone

from apps.upload import selectors
from apps.upload import services as upload
from apps.upload.models import Video
from apps.upload.receiving import Checksum, abandon, check_accepted, digests, take_piece
from frameflow.contracts import Options
from tests.factories import MP4_HEAD
from tests.simulation.actors import pause
from tests.simulation.product.site import Site
from tests.simulation.schedule import Action
from tests.simulation.snapshot import Snapshot

CLIP = MP4_HEAD + bytes(range(32))
NO_VIDEO = b"%PDF-1.7" + bytes(range(92))
#: How long pieces are, and how much of one comes before it is cut.
PIECES_BYTES = (8, 40, 200, 200)
SHARES = (1, 1, 1, 1, 0.5, 0)
#: How much of a piece is read at once: the smaller, the oftener its sender may be slow.
BITS_BYTES = (30, 1000)

#: Makes an action of a name, a deed and a weight.
Wish = Callable[[str, Callable[[], object], float], Action]


@dataclass
class Sender:
    """One sender of one video, and what it was told."""

    owner_id: UUID
    video_id: UUID
    data: bytes
    said_bytes: int = 0
    is_sending: bool = False


class Line:
    """The body of a request: it comes slowly, and ends early where it is cut."""

    def __init__(self, data: bytes, bit_bytes: int) -> None:
        self._left, self._bit_bytes = data, bit_bytes

    def read(self, size_bytes: int = -1, /) -> bytes:
        """Return the next bytes."""
        pause()
        most = min(size_bytes, self._bit_bytes)
        bit, self._left = self._left[:most], self._left[most:]
        return bit


class Senders:
    """All who send in pieces."""

    def __init__(self, site: Site, wish: Wish) -> None:
        self._site, self._schedule, self._wish = site, site.schedule, wish
        self._senders: dict[UUID, Sender] = {}

    def actions(self, seen: Snapshot) -> Iterator[Action]:
        """Yield what a sender may do now with an upload that has not ended."""
        for key, sender in self._senders.items():
            if key in seen.videos and seen.videos[key].state == "uploading":
                readily = 0.3 if sender.is_sending else 4
                yield self._wish("send piece", partial(self._send, sender), readily)
                yield self._wish("end upload", partial(_end, sender), 0.05)
                yield Action("a sender vanishes", partial(self._vanish, key), 0.1)

    def begin(self, owner_id: UUID) -> None:
        """Begin an upload; its first piece may come along. Who hears no answer knows no address."""
        data = self._schedule.choose((CLIP,) * 7 + (NO_VIDEO,))
        sender = Sender(owner_id, _begun(owner_id, data), data)
        if self._schedule.chance(0.3):
            self._begin_with_piece(sender)
        if not self._schedule.chance(0.1):
            self._senders[sender.video_id] = sender

    def _begin_with_piece(self, sender: Sender) -> None:
        try:
            self._take(sender)
        except BaseException:
            abandon(sender.video_id)
            raise

    def _send(self, sender: Sender) -> None:
        sender.is_sending = True
        try:
            if self._schedule.chance(0.7):
                self._ask(sender)
            self._take(sender)
            if not self._schedule.chance(0.1):
                self._ask(sender)  # the answer of the piece says the same
        finally:
            sender.is_sending = False

    def _take(self, sender: Sender) -> None:
        at, schedule = sender.said_bytes, self._schedule
        piece = sender.data[at : at + schedule.choose(PIECES_BYTES)]
        comes = piece[: int(len(piece) * schedule.choose(SHARES))]
        checksum = Checksum(hashlib.sha1(), hashlib.sha1(piece).digest())  # noqa: S324 - of tus
        if schedule.chance(0.2):  # another process has this piece
            digests._kept.clear()
        leased = upload.take_lease(video_id=sender.video_id, offset_bytes=at)
        take_piece(
            Line(comes, schedule.choose(BITS_BYTES)),
            video=leased,
            announced_bytes=len(piece),
            checksum=checksum if schedule.chance(0.2) else None,
        )

    def _ask(self, sender: Sender) -> None:
        """Hear where the upload stands; it may be told that all of it is here."""
        video = _own(sender)
        sender.said_bytes = video.offset_bytes
        if video.has_arrived and sender.data is CLIP:
            self._site.arrived[video.pk] = hashlib.sha256(CLIP).hexdigest()

    def _vanish(self, video_id: UUID) -> None:
        del self._senders[video_id]


def _begun(owner_id: UUID, data: bytes) -> UUID:
    with upload.one_answer():
        video = upload.begin_pieces(
            owner_id=owner_id,
            name="holiday.mp4",
            length_bytes=len(data),
            options=Options(),
            metadata="",
            at=timezone.now(),
        )
    return video.pk


def _own(sender: Sender) -> Video:
    video = selectors.get_upload(video_id=sender.video_id, owner_id=sender.owner_id)
    check_accepted(video)
    return video


def _end(sender: Sender) -> None:
    _own(sender)
    upload.delete_video(video_id=sender.video_id)
