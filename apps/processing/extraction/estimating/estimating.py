"""What an extraction will cost: a little of its work is done, and the rest reckoned from that."""

import time
from collections.abc import Iterator, Sequence
from contextlib import suppress
from fractions import Fraction
from itertools import islice
from math import ceil
from typing import Final

from apps.processing.extraction.choosing.grouping import groups
from apps.processing.extraction.choosing.selection import wanted_times
from apps.processing.extraction.decoding.beginning import beginning_of
from apps.processing.extraction.decoding.by_groups import MODES_WITH_TIMES, MOST_THREADS, GroupWay
from apps.processing.extraction.decoding.decoding import DecodedFrame, Decoder
from apps.processing.extraction.estimating.distances import Distances, Job, scanned_keyframes, trend
from apps.processing.extraction.estimating.sampling import Sampler, spread
from apps.processing.extraction.exceptions import Refused
from apps.processing.extraction.opening.doubts import Doubt
from apps.processing.extraction.opening.opener import Video
from apps.processing.extraction.opening.timing import shown_s
from apps.processing.extraction.options import Limits, Options
from apps.processing.extraction.results import Estimate, VideoFacts
from apps.processing.extraction.surveying.indexing import keyframe_ticks

#: Where a file cannot be read from the middle: times from the start, frames in sequence.
FIRST_TIMES: Final = 3
FIRST_FRAMES: Final = 25
#: What the ZIP needs besides the pictures: two manifests; and for each two headers, two rows.
ZIP_BYTES: Final = 1250
ENTRY_BYTES: Final = 490


class Estimator:
    """Reckons for one opened video."""

    def __init__(self, video: Video, facts: VideoFacts, options: Options, limits: Limits) -> None:
        self._video, self._facts, self._options, self._limits = video, facts, options, limits
        self._sampler = self._new_sampler()

    def _new_sampler(self) -> Sampler:
        return Sampler(self._video, self._facts, self._options, self._limits)

    def estimate(
        self, decoder: Decoder, first: DecodedFrame, rest: Iterator[DecodedFrame]
    ) -> Estimate:
        """Return the estimate; `first` and the `rest` are what `decoder` gives."""
        opening = decoder.packets_decoded
        try:
            if decoder.is_damaged or self._video.demuxer == "avi" or self._is_for_scenes:
                raise Doubt("there is no cheaper way")
            packets, threads = self._by_groups(first) if self._has_times else self._by_key_frames()
            return self._reckoned(packets, opening, threads)
        except (Doubt, Refused):
            self._sampler = self._new_sampler()
            return self._reckoned(self._in_sequence(decoder, first, rest), 0, 1)

    @property
    def _has_times(self) -> bool:
        return self._options.mode in MODES_WITH_TIMES

    @property
    def _is_for_scenes(self) -> bool:
        """Only decoding everything tells how many pictures there will be."""
        return self._facts.frames_expected is None

    @property
    def _expected(self) -> int:
        return self._facts.frames_expected or 0

    def _reckoned(self, packets: float, opening: int, threads: int) -> Estimate:
        pictures, done = self._expected, self._sampler
        made = max(len(done.sizes_bytes), 1)
        each_bytes = sum(done.sizes_bytes) // made + ENTRY_BYTES
        decoding_s = packets * done.decoding_s / max(done.packets, 1)
        seconds = (decoding_s + pictures * done.encoding_s / made) / threads
        return Estimate(
            facts=self._facts,
            frames=self._facts.frames_expected,
            packets=round(packets) + opening,
            bytes=None if self._is_for_scenes else ZIP_BYTES + pictures * each_bytes,
            seconds=round(seconds, 3),
        )

    def _by_groups(self, first: DecodedFrame) -> tuple[float, int]:
        """Return the packets that all groups need, and how many threads share them."""
        way = GroupWay(self._video, self._facts, self._options, self._limits)
        times_s = list(islice(way.times(beginning_of(first))[0], self._expected))
        indexed = keyframe_ticks(self._video, self._limits)
        keyframes = indexed or scanned_keyframes(self._video, self._limits)
        jobs, distances = self._jobs(times_s, keyframes), Distances(self._video)
        if indexed:
            samples = spread(jobs, distances)
            counts = self._sampler.decode(beginning_of(first), samples)
            seen = list(zip(map(distances.packets, samples), counts, strict=True))
        else:
            beginning = times_s[:FIRST_TIMES]
            counts = self._sampler.decode(beginning_of(first), [Job((), beginning)])
            seen = [(sum(map(distances.packets, self._jobs(beginning, keyframes))), sum(counts))]
        each_time, share = trend(seen)
        packets = sum(each_time * len(job.times_s) + share * distances.packets(job) for job in jobs)
        threads = min(self._limits.threads, MOST_THREADS, len(jobs)) if indexed else 1
        return packets, max(threads, 1)

    def _jobs(self, times_s: Sequence[Fraction], keyframes: Sequence[int]) -> list[Job]:
        found = groups(iter(times_s), keyframes, self._video.ticks_at)
        return [Job(each.begins, list(each.times_s)) for each in found]

    def _by_key_frames(self) -> tuple[float, int]:
        self._sampler.decode_key_frames(self._options.start_s or Fraction(0), self._latest_s())
        return float(self._expected), 1

    def _in_sequence(
        self, decoder: Decoder, first: DecodedFrame, rest: Iterator[DecodedFrame]
    ) -> float:
        """Return how many packets there are up to the last wanted frame."""
        done, latest_s = self._sampler, self._latest_s()
        done.make([first.picture])
        with suppress(Doubt):
            done.decode_key_frames(self._options.start_s or Fraction(0), latest_s)
        before, began_s = decoder.packets_decoded, time.monotonic()
        sum(1 for _ in islice(rest, FIRST_FRAMES))
        done.decoding_s = time.monotonic() - began_s
        done.packets = decoder.packets_decoded - before
        return float(ceil(latest_s / shown_s(self._video, None)))

    def _latest_s(self) -> Fraction:
        """Return until when a video is decoded in sequence."""
        duration_s = self._facts.duration_s
        end_s = min(self._options.end_s or duration_s, duration_s)
        if self._options.mode not in ("count", "timestamps"):
            return end_s
        last_s = max(wanted_times(self._options, duration_s), default=Fraction(0))
        return min(last_s + shown_s(self._video, None), end_s)
