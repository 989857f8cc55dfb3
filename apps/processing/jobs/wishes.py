"""The contract's options as the engine's; a test compares the fields."""

from fractions import Fraction

from apps.processing.extraction import Options as EngineOptions
from frameflow.contracts import Options


def engine_options(options: Options) -> EngineOptions:
    """Return the engine's options; decimals become exact fractions of a second."""
    return EngineOptions(
        mode=options.mode.value,
        interval_s=Fraction(options.interval),
        count=options.count,
        timestamps_s=tuple(Fraction(each) for each in options.timestamps),
        every_nth=options.every_nth,
        start_s=None if options.start is None else Fraction(options.start),
        end_s=None if options.end is None else Fraction(options.end),
        distinct=options.distinct,
        max_frames=options.max_frames,
        image_format=options.format.value,
        quality=options.quality,
        max_side_px=options.max_side,
    )
