"""The packets of one run, read just as far as a wanted time needs, and kept until decoded."""

from bisect import bisect_right, insort
from collections import deque
from collections.abc import Iterator, Sequence
from typing import Final

import av

from apps.processing.extraction.opening.doubts import Doubt, check_packet, ticks_of
from apps.processing.extraction.opening.opener import BUFFER_BYTES, Video, codec_name
from apps.processing.extraction.opening.starting import Start, shows_something, start_at
from apps.processing.extraction.opening.timing import VideoPacket

REORDERING: Final = frozenset({"h264", "hevc", "mpeg4", "mpeg1video", "mpeg2video"})
#: No codec holds back more pictures than this; it counts where no decoding times are stored.
MOST_HELD_BACK: Final = 16
MAX_WAITING_BYTES: Final = 128 * 1024**2
#: An index may lead astray, each time anew: how many times a file is read at most, and beyond that
#: how many bytes for each time that it is asked.
MOST_READ, BYTES_OF_A_SEEK = 20, 8 * BUFFER_BYTES


class Reader:
    """Reads packets in decoding order, and knows which of them is on screen at a time.

    Raises Doubt wherever that cannot be known for certain.
    """

    def __init__(self, video: Video, latest_ticks: int) -> None:
        self._video = video
        self._latest_ticks = latest_ticks
        self._codec = codec_name(video.stream)
        self._extradata = video.stream.codec_context.extradata
        self._counts = video.demuxer == "matroska" and self._codec in REORDERING
        self.waiting: deque[VideoPacket] = deque()
        self._most_bytes = video.source.bytes_read + video.source.size * MOST_READ
        self._restart()

    def _restart(self) -> None:
        self._packets: Iterator[VideoPacket] = self._video.packets()
        self._shown: list[int] = []
        self._decoded_at: int | None = None
        self._waiting_bytes = 0
        self.waiting.clear()
        self.start: Start | None = None
        self.start_ticks = 0
        self.has_ended = False
        self.last: VideoPacket | None = None

    def begin(self, begins: Sequence[int], ticks: int) -> None:
        """Go to the last key frame that is shown at `ticks` or earlier, or else to the first.

        `begins` are ticks to look for it, nearest first. Without any the reading goes on from
        where the container stands.
        """
        # FFmpeg itself takes an earlier key frame where the nearest is shown too late.
        for begin in (max(ticks, begins[0]), *begins[1:]) if begins else ():
            self._seek(begin)
            self._read_one(ticks)
            if self.start is None:
                raise Doubt("the index names a start that is none")
            if self.start_ticks <= ticks:
                return

    def _seek(self, ticks: int) -> None:
        self._most_bytes += BYTES_OF_A_SEEK
        if self._video.source.bytes_read > self._most_bytes:
            raise Doubt("the index leads astray")
        try:
            self._video.container.seek(ticks, stream=self._video.stream)
        except MemoryError:
            raise
        except (av.FFmpegError, PermissionError) as error:
            raise Doubt("the file does not let us seek") from error
        self._restart()

    def read_to(self, ticks: int) -> bool:
        """Read every packet that is shown at `ticks` or earlier.

        Returns whether decoding has to start anew: then `waiting` begins at a key frame.
        """
        starts_anew = False
        while not self.has_ended and not self._is_past(ticks):
            starts_anew = self._read_one(ticks) or starts_anew
        return starts_anew

    def _is_past(self, ticks: int) -> bool:
        """Tell whether all that is still to come is shown later."""
        if self._counts:
            return len(self._shown) - bisect_right(self._shown, ticks) > MOST_HELD_BACK
        return self._decoded_at is not None and self._decoded_at > ticks

    def shown_at(self, ticks: int) -> int | None:
        """Return the ticks of the picture on screen, None before the first; forgets earlier."""
        place = bisect_right(self._shown, ticks)
        del self._shown[: max(place - 1, 0)]
        return self._shown[0] if place else None

    def is_last(self, ticks: int) -> bool:
        """Tell whether the stream has no picture later than `ticks`."""
        return self.has_ended and not (self._shown and self._shown[-1] > ticks)

    def take(self) -> VideoPacket:
        """Hand the next packet to the decoder."""
        packet = self.waiting.popleft()
        self._waiting_bytes -= packet.size
        return packet

    def _read_one(self, ticks: int) -> bool:
        try:
            packet = next(self._packets, None)
        except MemoryError:
            raise
        except av.FFmpegError as error:
            raise Doubt("the file cannot be read to its end") from error
        if packet is None or packet.size == 0:
            # An empty packet is the end, or a frame that repeats the one before.
            self.has_ended = packet is None or packet.pts is None
            return False
        check_packet(packet, self._latest_ticks)
        return self._add(packet, ticks)

    def _add(self, packet: VideoPacket, ticks: int) -> bool:
        self._note_times(packet)
        start = self._start_at(packet, ticks)
        if start is not None:
            self.start, self.start_ticks = start, ticks_of(packet)
            self.waiting.clear()
            self._waiting_bytes = 0
        if self.start is not None:
            self.waiting.append(packet)
            self._waiting_bytes += packet.size
        if self._waiting_bytes > MAX_WAITING_BYTES:
            raise Doubt("too much to keep")
        return start is not None

    def _start_at(self, packet: VideoPacket, ticks: int) -> Start | None:
        if self.start is not None and ticks_of(packet) > ticks:
            return None
        return start_at(packet, self._codec, self._extradata)

    def _note_times(self, packet: VideoPacket) -> None:
        if packet.dts is None and not self._counts:
            raise Doubt("a packet without a decoding time")
        if packet.dts is not None:
            if self._decoded_at is not None and packet.dts <= self._decoded_at:
                raise Doubt("decoding times go back")
            self._decoded_at = packet.dts
        if packet.is_discard or not shows_something(packet, self._codec):
            return
        ticks = ticks_of(packet)
        if ticks in self._shown[-MOST_HELD_BACK * 2 :]:
            raise Doubt("two pictures at one time")
        insort(self._shown, ticks)
        if self.last is None or ticks >= ticks_of(self.last):
            self.last = packet
