"""Makes a few of the pictures, for what they cost: packets, seconds, bytes."""

import time
from collections.abc import Iterable, Iterator, Sequence
from fractions import Fraction
from itertools import pairwise
from math import ceil
from typing import Final

import av
from av.video.frame import VideoFrame

from apps.processing.extraction.decoding.beginning import Beginning
from apps.processing.extraction.decoding.group_decoding import GroupDecoder
from apps.processing.extraction.estimating.distances import Distances, Job
from apps.processing.extraction.opening.doubts import Doubt
from apps.processing.extraction.opening.opener import Video, open_video
from apps.processing.extraction.options import Limits, Options
from apps.processing.extraction.pictures.pictures import PictureEncoder
from apps.processing.extraction.results import VideoFacts

#: Pictures that are made, all over the video.
SAMPLES: Final = 12
LITTLE_PACKETS: Final = 150
GOLDEN_RATIO: Final = (5**0.5 - 1) / 2


class Sampler:
    """Counts what the samples of one video took."""

    def __init__(self, video: Video, facts: VideoFacts, options: Options, limits: Limits) -> None:
        self._video, self._facts, self._options, self._limits = video, facts, options, limits
        self._pictures = PictureEncoder(options, limits)
        self.packets = 0
        self.decoding_s = self.encoding_s = 0.0
        self.sizes_bytes: list[int] = []

    def make(self, pictures: Iterable[VideoFrame]) -> None:
        """Encode pictures, and note the time that it takes to get them, and to encode them."""
        began_s = time.monotonic()
        for picture in pictures:
            decoded_s = time.monotonic()
            self.decoding_s += decoded_s - began_s
            self.sizes_bytes.append(len(self._pictures.encode(picture, self._facts).data))
            began_s = time.monotonic()
            self.encoding_s += began_s - decoded_s
        self.decoding_s += time.monotonic() - began_s

    def decode(self, first: Beginning, samples: Sequence[Job]) -> list[int]:
        """Decode some groups as the extraction would; returns how many packets each took.

        Raises Doubt where the extraction would doubt.
        """
        latest_s = Fraction(self._limits.max_duration_s) + (self._options.start_s or 0)
        with open_video(self._video.source, self._limits) as video:
            decoder = GroupDecoder(video, first, latest_s, self._limits)
            counts = [0]
            for group in samples:
                self.make(frame.picture for _, frame in decoder.frames(group))
                counts.append(decoder.packets_decoded)
        self.packets += counts[-1]
        return [after - before for before, after in pairwise(counts)]

    def decode_key_frames(self, start_s: Fraction, end_s: Fraction) -> None:
        """Decode key frames from all over a part; raises Doubt where none can be found."""
        try:
            with open_video(self._video.source, self._limits) as video:
                for number in range(SAMPLES):
                    share = (number + Fraction(number * GOLDEN_RATIO % 1)) / SAMPLES
                    tick = video.ticks_at(start_s + (end_s - start_s) * share)
                    video.container.seek(tick, stream=video.stream)
                    self.make(_next_key_frame(video))
                    self.packets += 1
        except MemoryError:
            raise
        except (av.FFmpegError, EOFError, PermissionError) as error:
            raise Doubt("the file does not let us seek") from error


def _next_key_frame(video: Video) -> Iterator[VideoFrame]:
    for packet in video.packets():
        if packet.is_keyframe:
            yield from [*video.stream.decode(packet), *video.stream.decode(None)]
            video.stream.codec_context.flush_buffers()
            return


def spread(jobs: Sequence[Job], distances: Distances) -> list[Job]:
    """Return single times all over the video: a cheap one of each part, and a usual one.

    Where that is little, all of them.
    """
    singles = [Job(each.begins, [time_s]) for each in jobs for time_s in each.times_s]
    if len(singles) <= SAMPLES and sum(map(distances.packets, singles)) <= LITTLE_PACKETS:
        return singles
    parts = min(SAMPLES, ceil(len(singles) / 2))
    bounds = [len(singles) * number // parts for number in range(parts + 1)] if parts else []
    chosen = [
        _cheap(singles[begin:end], number, distances)
        for number, (begin, end) in enumerate(pairwise(bounds))
    ]
    usual = sorted(singles, key=distances.packets)[len(singles) // 2 :][:1]
    return [*chosen, *(each for each in usual if each not in chosen)]


def _cheap(part: Sequence[Job], number: int, distances: Distances) -> Job:
    """Return one of the cheaper third, never at a regular distance: films have their own beat."""
    cheaper = sorted(part, key=distances.packets)[: ceil(len(part) / 3)]
    return cheaper[int(number * GOLDEN_RATIO % 1 * len(cheaper))]
