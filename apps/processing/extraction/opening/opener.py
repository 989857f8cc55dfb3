"""The only door to FFmpeg's demuxers: allow-listed, nameless, and unable to open anything else."""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from errno import ENOMEM
from fractions import Fraction
from math import floor
from typing import TYPE_CHECKING, Final, NoReturn

import av
from av.container import InputContainer
from av.stream import Discard, Disposition
from av.video.stream import VideoStream

from apps.processing.extraction.exceptions import Refused
from apps.processing.extraction.opening.heads import expect_head
from apps.processing.extraction.opening.sniffing import HEAD_BYTES, demuxer_for
from apps.processing.extraction.opening.source import Source, SourceFile
from apps.processing.extraction.options import Limits

if TYPE_CHECKING:
    from av.packet import Packet

DEMUXERS: Final = "mov,matroska,avi,mpegts,mpeg,flv"
CODECS: Final = frozenset(
    {"h264", "hevc", "mpeg4", "mpeg1video", "mpeg2video", "vp8", "vp9", "av1", "mjpeg", "prores"}
)
# FFmpeg knows AV1's decoder by the name of its library.
DECODERS: Final = ",".join(sorted((CODECS - {"av1"}) | {"libdav1d"}))
MOST_STREAMS: Final = 32
PROBE_BYTES: Final = "5000000"
BUFFER_BYTES: Final = 64 * 1024
#: How many times a file's bytes its packets may hold, and what small files may hold beyond.
MOST_UNPACKED, SPARE_BYTES = 20, 64 * 1024**2
#: Whole files are read in this unit of time where a stream has none of its own.
AV_TIME_BASE: Final = Fraction(1, 1_000_000)


@dataclass(frozen=True)
class Video:
    """An opened file: its picture stream, and the exact second its presentation starts."""

    source: Source
    container: InputContainer
    stream: VideoStream
    start_s: Fraction
    demuxer: str

    def time_s(self, timestamp: int) -> Fraction:
        """Return a stream timestamp as seconds from the start of the presentation."""
        return timestamp * self.time_base - self.start_s

    def ticks_at(self, time_s: Fraction) -> int:
        """Return the last stream timestamp that is not later than a time."""
        return floor((time_s + self.start_s) / self.time_base)

    @property
    def time_base(self) -> Fraction:
        """Seconds per tick of the stream."""
        return self.stream.time_base or AV_TIME_BASE

    def packets(self) -> Iterator["Packet[VideoStream]"]:
        """Yield the packets from where the container stands; an empty one is the end.

        Raises Refused (unreadable) where they hold far more than the file does, and what FFmpeg
        raises. Seen: a megabyte that Matroska puts before each of ten thousand packets.
        """
        left = self.source.size * MOST_UNPACKED + SPARE_BYTES
        # PyAV misses a stream that appeared while it read, when all has been read.
        with suppress(IndexError), _judging_lack_of_memory(self.source):
            for packet in self.container.demux(self.stream):
                left -= packet.size
                if left < 0:
                    raise Refused("unreadable", "the packets hold far more bytes than the file")
                yield packet


@contextmanager
def open_video(source: Source, limits: Limits) -> Iterator[Video]:
    """Open the first stream of moving pictures.

    Raises Refused: empty, unreadable, unsupported_type, no_video, unsupported_codec, too_large.
    """
    demuxer = demuxer_for(source.read_at(0, HEAD_BYTES))
    expect_head(source, demuxer)
    with _open_container(source, demuxer, limits) as container:
        stream = _picture_stream(container)
        if len(stream.index_entries) > source.size:
            raise Refused("unreadable", "the index has more pictures than the file has bytes")
        _confine_decoder(stream, limits)
        for other in container.streams:
            if other.index != stream.index:
                other.discard = Discard.all
        yield Video(source, container, stream, _start_s(container), demuxer)


def _open_container(source: Source, demuxer: str, limits: Limits) -> InputContainer:
    options = {
        "protocol_whitelist": "none",
        "format_whitelist": DEMUXERS,
        "codec_whitelist": DECODERS,
        "max_streams": str(MOST_STREAMS),
        "probesize": PROBE_BYTES,
        "analyzeduration": PROBE_BYTES,
        "enable_drefs": "0",
        "use_absolute_path": "0",
        "max_pixels": str(limits.max_pixels),
        "threads": "1",
    }
    try:
        return av.open(
            SourceFile(source),
            "r",
            format=demuxer,
            options=options,
            buffer_size=BUFFER_BYTES,
            io_open=_deny,
            metadata_errors="replace",  # else a title in another encoding is an exception
        )
    # Among them that memory is out: FFmpeg's word for more streams than allowed, and what becomes
    # of tables that a file declares larger than memory.
    except (av.FFmpegError, PermissionError) as error:
        raise Refused("unreadable", f"{demuxer}: {error}") from error


@contextmanager
def _judging_lack_of_memory(source: Source) -> Iterator[None]:
    """Tell what else FFmpeg calls so: too many streams, and a packet that says it is enormous."""
    try:
        yield
    except av.error.MemoryError as error:
        if "max_streams" in str(error):
            raise Refused("unreadable", f"more than {MOST_STREAMS} streams") from error
        bytes(min(source.size, SPARE_BYTES))  # a MemoryError where memory is short indeed
        raise av.error.InvalidDataError(
            error.errno or ENOMEM, "a packet larger than the file"
        ) from error


def _deny(*_: object) -> NoReturn:
    raise PermissionError("a video may not open anything")


def _picture_stream(container: InputContainer) -> VideoStream:
    for stream in container.streams.video:
        if not stream.disposition & (Disposition.attached_pic | Disposition.timed_thumbnails):
            return stream
    if len(container.streams):
        raise Refused("no_video", "the file has no stream of moving pictures")
    raise Refused("unreadable", "the file has no streams")


def codec_name(stream: VideoStream) -> str:
    """Return the published name of the codec, `av1` and not `libdav1d`."""
    decoder = stream.codec_context
    return decoder.codec.canonical_name if decoder is not None else "unknown"


def _confine_decoder(stream: VideoStream, limits: Limits) -> None:
    """Set on the decoder what `av.open` does not pass on to it."""
    name = codec_name(stream)
    if name not in CODECS:
        raise Refused("unsupported_codec", name)
    decoder = stream.codec_context
    decoder.options = {"codec_whitelist": DECODERS, "max_pixels": str(limits.max_pixels)}
    decoder.thread_type = "NONE"
    decoder.thread_count = 1
    check_pixels(decoder.width, decoder.height, limits)


def check_pixels(width: int, height: int, limits: Limits) -> None:
    """Raise Refused where a picture is larger than allowed."""
    if width * height > limits.max_pixels:
        raise Refused("too_large", f"{width}x{height} pixels; the limit is {limits.max_pixels}")


def _start_s(container: InputContainer) -> Fraction:
    """Return the start of the presentation, exactly.

    FFmpeg rounds it to microseconds; the stream it was taken from has it exactly.
    """
    rounded_s = (container.start_time or 0) * AV_TIME_BASE
    starts_s = [
        stream.start_time * stream.time_base
        for stream in container.streams
        if stream.start_time is not None and stream.time_base is not None
    ]
    exact_s = min(starts_s, key=lambda start_s: abs(start_s - rounded_s), default=rounded_s)
    return exact_s if abs(exact_s - rounded_s) <= AV_TIME_BASE else rounded_s
