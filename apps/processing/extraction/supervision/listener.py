"""Hears what a child says, and believes nothing of it."""

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from apps.processing.extraction.channel import protocol
from apps.processing.extraction.channel.protocol import Kind, Message
from apps.processing.extraction.channel.wire import Garbled
from apps.processing.extraction.exceptions import ChildDied
from apps.processing.extraction.manifest import partial_manifest
from apps.processing.extraction.options import Limits, Options
from apps.processing.extraction.results import Outcome, Picture, Sink, VideoFacts
from apps.processing.extraction.timecode import file_name

MAX_SIDE_PX: Final = 65_536
#: No time is later, whatever a video says (31 years): a database has to hold it.
MAX_TIME_S: Final = 10**9
MAGIC: Final = {"jpg": b"\xff\xd8\xff", "png": b"\x89PNG\r\n", "webp": b"RIFF"}


@contextmanager
def believing_nothing() -> Iterator[None]:
    """Turn words that were not agreed into the death of the child."""
    try:
        yield
    except Garbled as error:
        raise ChildDied("protocol") from error


class Listener:
    """Turns a child's messages into results, checking each against what was asked."""

    def __init__(self, options: Options, limits: Limits, sink: Sink) -> None:
        self._options = options
        self._limits = limits
        self._sink = sink
        self._facts: VideoFacts | None = None
        self._done: protocol.Done | None = None
        self._pictures = 0
        self._bytes = 0

    def hear(self, message: Message) -> None:
        """Take one message; raises ChildDied for one that may not come now."""
        with believing_nothing():
            if self._done is not None:
                raise Garbled("more after the end")
            if message.kind is Kind.CHECKED and self._facts is None:
                self._facts = self._checked_facts(message.read(VideoFacts))
                self._sink.checked(self._facts)
            elif message.kind is Kind.PICTURE and self._facts is not None:
                self._sink.picture(self._picture(message))
            elif message.kind is Kind.DONE and self._facts is not None:
                self._done = self._checked_end(message.read(protocol.Done))
            else:
                raise Garbled(f"{message.kind.name} out of turn")

    def _picture(self, message: Message) -> Picture:
        head = message.read(protocol.PictureHead)
        self._pictures += 1
        self._bytes += len(message.body)
        data, thumbnail = message.body[: head.data_bytes], message.body[head.data_bytes :]
        self._check(head, data, thumbnail)
        name = file_name(self._pictures, head.requested_s, self._options.image_format)
        digest = hashlib.sha256(data).hexdigest()
        times = head.requested_s, head.pts_s
        size = head.width, head.height
        return Picture(self._pictures, *times, name, *size, data, digest, thumbnail)

    def _check(self, head: protocol.PictureHead, data: bytes, thumbnail: bytes) -> None:
        fits = (
            self._pictures <= min(self._options.max_frames, self._limits.max_frames)
            and self._bytes <= self._limits.max_output_bytes
            and 0 < head.width <= MAX_SIDE_PX
            and 0 < head.height <= MAX_SIDE_PX
            and 0 <= head.requested_s <= MAX_TIME_S
            and abs(head.pts_s) <= MAX_TIME_S
            and data.startswith(MAGIC[self._options.image_format])
            and thumbnail.startswith(MAGIC["webp"])
        )
        if not fits:
            raise Garbled("a picture that was not asked for")

    def _checked_facts(self, facts: VideoFacts) -> VideoFacts:
        sides = 0 < facts.width <= MAX_SIDE_PX and 0 < facts.height <= MAX_SIDE_PX
        if not sides or not 0 < facts.duration_s <= MAX_TIME_S or (facts.frames_expected or 0) < 0:
            raise Garbled("facts of no video")
        return facts

    def _checked_end(self, done: protocol.Done) -> protocol.Done:
        if done.packets_decoded < 0 or done.bytes_read < 0:
            raise Garbled("less than nothing")
        if done.skipped < 0 or (done.skipped and not self._options.distinct):
            raise Garbled("skipped what was asked for")
        return done

    def outcome(self, elapsed_s: float, bytes_fetched: int | None) -> Outcome:
        """Return what came of it; raises ChildDied where the child ended without a word.

        `bytes_fetched` is known better than by the child, where the bytes had to be fetched.
        """
        if self._facts is None or self._done is None:
            raise ChildDied("protocol")
        tool = {"av": self._done.av, "ffmpeg": self._done.ffmpeg}
        return Outcome(
            facts=self._facts,
            frames=self._pictures,
            skipped=self._done.skipped,
            warnings=self._done.notices,
            packets_decoded=self._done.packets_decoded,
            bytes_read=self._done.bytes_read if bytes_fetched is None else bytes_fetched,
            path=self._done.path,
            elapsed_s=round(elapsed_s, 3),
            manifest=partial_manifest(self._facts, self._options, tool, self._done.notices),
        )
