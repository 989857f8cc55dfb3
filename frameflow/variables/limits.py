"""Limits."""

from decimal import Decimal

from frameflow.variables.kinds import Integer, Number

MAX_UPLOAD_BYTES = Integer(
    "MAX_UPLOAD_BYTES", "the largest video; in a bucket 52 GB", 100_000_000, minimum=1
)
QUOTA_BYTES = Integer(
    "QUOTA_BYTES",
    "what one person may keep: videos, frames and ZIPs together",
    10_000_000_000,
    minimum=1,
)
MAX_RUNS_AT_WORK = Integer(
    "MAX_RUNS_AT_WORK",
    "how many videos of one person may arrive, wait and be worked on at once",
    500,
    minimum=1,
)
MAX_DURATION_S = Integer(
    "MAX_DURATION_S",
    "the longest part of a video that is worked on, in seconds",
    6 * 3600,
    minimum=1,
)
MAX_FRAMES = Integer(
    "MAX_FRAMES",
    "the most frames of one extraction, at most 100 000",
    5000,
    minimum=1,
    maximum=100_000,
)
FRAME_INTERVAL_S = Number(
    "FRAME_INTERVAL_S",
    "seconds between frames where an upload says nothing, 0.1 to 3600; looked at by each upload, "
    "not at the start",
    Decimal(10),
    minimum=Decimal("0.1"),
    maximum=Decimal(3600),
    shown="10",
)
RETENTION_DAYS = Integer(
    "RETENTION_DAYS",
    "days that results are kept, counted again from a download",
    0,
    minimum=1,
    shown="empty: nothing ever expires",
)
