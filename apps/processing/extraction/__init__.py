"""The extraction engine: exact frames of a video, decoded in a confined child process.

Needs no settings, database or network; `python -m apps.processing.extraction` is its own
command. Importing it does not load PyAV: only the child does.
"""

from apps.processing.extraction.child.confinement import missing_layers
from apps.processing.extraction.exceptions import (
    ChildDied,
    ExtractionError,
    Refused,
    Stopped,
    TimedOut,
)
from apps.processing.extraction.manifest import (
    Row,
    build_manifest,
    manifest_csv,
    manifest_json,
    manifest_row,
)
from apps.processing.extraction.options import Limits, Options
from apps.processing.extraction.packing import ZipFacts, ZipPacker
from apps.processing.extraction.results import (
    Estimate,
    Notice,
    Outcome,
    Picture,
    Sink,
    VideoFacts,
)
from apps.processing.extraction.supervision.mirror import RemoteVideo
from apps.processing.extraction.supervision.spawning import warm_up
from apps.processing.extraction.supervision.supervisor import extract, probe

__all__ = [
    "ChildDied",
    "Estimate",
    "ExtractionError",
    "Limits",
    "Notice",
    "Options",
    "Outcome",
    "Picture",
    "Refused",
    "RemoteVideo",
    "Row",
    "Sink",
    "Stopped",
    "TimedOut",
    "VideoFacts",
    "ZipFacts",
    "ZipPacker",
    "build_manifest",
    "extract",
    "manifest_csv",
    "manifest_json",
    "manifest_row",
    "missing_layers",
    "probe",
    "warm_up",
]
