"""What the ZIP says about itself: only what follows from video, options and version."""

import csv
import io
import json
from collections.abc import Iterable, Sequence
from dataclasses import fields
from fractions import Fraction
from typing import Final

from apps.processing.extraction.options import Options
from apps.processing.extraction.results import Estimate, Notice, Outcome, Picture, VideoFacts

VERSION: Final = "0.1.0"
COLUMNS: Final = (
    *("index", "requested_s", "pts_s", "file"),
    *("width", "height", "bytes", "sha256"),
)

Row = dict[str, object]


def manifest_row(picture: Picture) -> Row:
    """Return one picture's line of the manifest; small, so that all of them fit in memory."""
    row: Row = {name: _plain(getattr(picture, name)) for name in COLUMNS if name != "bytes"}
    return {name: row.get(name, len(picture.data)) for name in COLUMNS}


def partial_manifest(
    facts: VideoFacts, options: Options, tool: dict[str, str], notices: Sequence[Notice]
) -> dict[str, object]:
    """Return the manifest without what only the caller knows: name, size, hash, rows, skipped."""
    video = plain_fields(facts)
    del video["frames_expected"]
    return {
        "video": video,
        "options": plain_fields(options),
        "tool": {"frameflow": VERSION, **tool},
        "frames": [],
        "skipped": 0,
        "warnings": [plain_fields(notice) for notice in notices],
    }


def build_manifest(
    name: str,
    size_bytes: int,
    sha256: str,
    options: Options,
    outcome: Outcome,
    pictures_rows: Iterable[Row],
) -> dict[str, object]:
    """Return the whole manifest, ready for JSON.

    `name`, `size_bytes` and `sha256` are the video's; the rows come from `manifest_row`.
    """
    facts = outcome.manifest["video"]
    assert isinstance(facts, dict)  # noqa: S101 - made by partial_manifest
    return {
        **outcome.manifest,
        "video": {"name": name, "bytes": size_bytes, "sha256": sha256, **facts},
        "options": plain_fields(options),
        "frames": list(pictures_rows),
        "skipped": outcome.skipped,
    }


def manifest_json(manifest: dict[str, object]) -> bytes:
    """Return manifest.json, always the same bytes for the same manifest.

    In memory it is never more than its bytes: as pieces it is several times as large.
    """
    written = io.BytesIO()
    text = io.TextIOWrapper(written, "utf-8", newline="")
    text.writelines(json.JSONEncoder(indent=2, ensure_ascii=False).iterencode(manifest))
    text.write("\n")
    text.flush()
    return written.getvalue()


def manifest_csv(manifest: dict[str, object]) -> bytes:
    """Return manifest.csv: one line for each frame."""
    written = io.BytesIO()
    text = io.TextIOWrapper(written, "utf-8", newline="")
    writer = csv.DictWriter(text, COLUMNS, lineterminator="\r\n")
    writer.writeheader()
    rows = manifest["frames"]
    assert isinstance(rows, list)  # noqa: S101 - made by build_manifest
    writer.writerows(rows)
    text.flush()
    return written.getvalue()


def plain_fields(value: VideoFacts | Options | Notice | Estimate) -> dict[str, object]:
    """Return a dataclass as what JSON knows: seconds and rates as plain numbers."""
    return {field.name: _plain(getattr(value, field.name)) for field in fields(value)}


def _plain(value: object) -> object:
    """Return exact times as numbers of seconds, to the microsecond, and rates alike."""
    if isinstance(value, tuple):
        return [_plain(item) for item in value]
    if not isinstance(value, Fraction):
        return value
    return int(value) if value.denominator == 1 else float(round(value, 6))
