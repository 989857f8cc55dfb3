"""The engine itself: one source in, pictures out. Runs inside the child, and alone in tests."""

from dataclasses import dataclass
from fractions import Fraction
from typing import Final

from av.video.frame import VideoFrame

from apps.processing.extraction.decoding.beginning import Beginning, beginning_of
from apps.processing.extraction.decoding.by_groups import GroupWay
from apps.processing.extraction.decoding.by_sequence import SequentialWay, first_of
from apps.processing.extraction.decoding.decoding import Decoder
from apps.processing.extraction.decoding.emission import Emission, Emit
from apps.processing.extraction.decoding.notices import Notices
from apps.processing.extraction.estimating.estimating import Estimator
from apps.processing.extraction.opening.doubts import Doubt
from apps.processing.extraction.opening.opener import Video, open_video
from apps.processing.extraction.opening.source import Source
from apps.processing.extraction.opening.timing import clock_for
from apps.processing.extraction.options import Limits, Options
from apps.processing.extraction.pictures.frame_colours import HDR_TRANSFERS
from apps.processing.extraction.pictures.orientation import orientation_of
from apps.processing.extraction.results import Estimate, Notice, VideoFacts
from apps.processing.extraction.surveying.facts import check, inspect

#: A healthy file may end a little before it says; more is told.
TOLERANCE_S: Final = Fraction(1, 2)
GROUPS: Final = "groups"


@dataclass(frozen=True)
class Work:
    """What was found and done besides the pictures."""

    notices: tuple[Notice, ...]
    skipped: int
    packets_decoded: int
    bytes_read: int
    path: str


class Engine:
    """Extracts from one source.

    Raises Refused with the code of what is wrong with the video or the options.
    """

    def __init__(self, source: Source, options: Options, limits: Limits) -> None:
        self._source = source
        self._options = options
        self._limits = limits
        self._notices = Notices()

    def run(self, emit: Emit) -> Work:
        """Extract everything that was asked for."""
        sequence = SequentialWay(self._source, self._options, self._limits, self._notices)
        with open_video(self._source, self._limits) as video:
            first, facts = self._look(video, sequence)
            emit.checked(facts)
            emission = Emission(self._options, self._limits, emit)
            groups = GroupWay(video, facts, self._options, self._limits)
            try:
                if sequence.is_damaged:
                    raise Doubt("the first frame is damaged")
                path, ended_at_s = GROUPS, groups.emit(first, emission)
            except Doubt:
                path, ended_at_s = sequence.emit(facts, emission)
        self._notice_end(ended_at_s, facts.duration_s, is_cut_off=sequence.is_cut_off)
        packets_decoded = sequence.packets_decoded + groups.packets_decoded
        notices, bytes_read = self._notices.all(), self._source.bytes_read
        return Work(notices, emission.skipped, packets_decoded, bytes_read, path)

    def _look(self, video: Video, sequence: SequentialWay) -> tuple[Beginning, VideoFacts]:
        """Return what is kept of the first frame, and the facts."""
        first = sequence.first()
        facts = inspect(video, first.picture, self._options, self._limits)
        check(facts, self._options, self._limits)
        self._notice_pixels(first.picture, facts)
        return beginning_of(first), facts

    def estimate(self) -> Estimate:
        """Open, do a little of the work, and reckon what the whole will cost."""
        with open_video(self._source, self._limits) as video:
            decoder = self._decoder(video)
            frames = decoder.frames()
            first = first_of(frames)
            facts = inspect(video, first.picture, self._options, self._limits)
            check(facts, self._options, self._limits)
            estimator = Estimator(video, facts, self._options, self._limits)
            return estimator.estimate(decoder, first, frames)

    def _decoder(self, video: Video) -> Decoder:
        clock = clock_for(video, self._limits)
        return Decoder(video, clock, self._options, self._limits, self._notices)

    def _notice_pixels(self, first: VideoFrame, facts: VideoFacts) -> None:
        transfer = HDR_TRANSFERS.get(first.color_trc)
        if transfer:
            detail = f"{transfer} colours, up to {facts.color_peak_nits} nits, are tone-mapped"
            self._notices.add("hdr", f"{detail} to normal screens")
        if facts.interlaced:
            self._notices.add("interlaced", "images hold both fields, as they are stored")
        if orientation_of(first) is None:
            self._notices.add("rotation", "a rotation by an odd angle is not applied")

    def _notice_end(
        self, ended_at_s: Fraction | None, duration_s: Fraction, *, is_cut_off: bool
    ) -> None:
        if ended_at_s is None:  # everything that was wanted came before
            return
        if duration_s - ended_at_s > (0 if is_cut_off else TOLERANCE_S):
            detail = "the pictures end before the end that the file declares"
            self._notices.add("truncated", detail, ended_at_s, duration_s)
        beyond = [time_s for time_s in self._options.timestamps_s if time_s >= ended_at_s]
        if self._options.mode == "timestamps" and beyond:
            detail = f"{len(beyond)} asked times are past the end of the video"
            self._notices.add("past_end", detail, min(beyond), max(beyond))
        if (self._options.start_s or 0) >= ended_at_s:
            self._notices.add("past_end", "the range starts past the end", self._options.start_s)
