"""The rows of each section as tables: on a terminal and in Markdown."""

from collections.abc import Sequence
from typing import Any, Final

from benchmarks.extraction.running import Row

#: Of each section: the heads of its columns, and where a row has what stands under them.
COLUMNS: Final[dict[str, dict[str, str]]] = {
    "ffmpeg": {
        **{"clip": "clip", "each": "interval", "ffmpeg CPU s": "ffmpeg.cpu_s"},
        **{"our CPU s": "ours.cpu_s", "CPU ratio": "cpu_ratio", "wall ratio": "wall_ratio"},
        **{"frames": "ours.frames", "path": "ours.path", "packets": "ours.packets"},
        **{"read": "ours.read_share", "our RSS MB": "ours.rss_mb", "median of": "seen.rounds"},
        **{"commit": "seen.commit"},
    },
    "keyframes": {
        **{"clip": "clip", "ffmpeg CPU s": "ffmpeg.cpu_s", "our CPU s": "ours.cpu_s"},
        **{"CPU ratio": "cpu_ratio", "frames": "ours.frames"},
    },
    "tools": {
        **{"clip": "clip", "each": "interval", "way": "tool", "CPU s": "cost.cpu_s"},
        **{"wall s": "cost.wall_s", "RSS MB": "cost.rss_mb", "read MB": "cost.read_mb"},
        **{"right": "right", "beside": "beside", "given": "given", "wanted": "wanted"},
    },
    "frames": {
        **{"frames": "frames", "CPU s": "cpu_s", "wall s": "wall_s", "packets": "packets"},
        **{"read": "read_share"},
    },
    "lengths": {
        **{"clip": "clip", "length s": "seconds", "frames": "frames", "CPU s": "cpu_s"},
        **{"wall s": "wall_s", "packets": "packets", "RSS MB": "rss_mb", "read": "read_share"},
    },
    "many": {
        **{"clip": "clip", "length s": "seconds", "frames": "frames", "CPU s": "cpu_s"},
        **{"wall s": "wall_s", "RSS MB": "rss_mb", "path": "path"},
    },
    "start": {"what": "what", "CPU s": "cpu_s", "wall s": "wall_s", "RSS MB": "rss_mb"},
    "job": {
        **{"clip": "clip", "engine s": "engine_s", "ready after s": "ready_s"},
        **{"beyond the engine s": "beyond_s", "allowed s": "allowed_s"},
    },
}
SHARES: Final = frozenset({"read"})


def cells(section: str, row: Row) -> list[str]:
    """Return what stands in a row of a table."""
    return [_cell(head, _found(row, path)) for head, path in COLUMNS[section].items()]


def lines(section: str, rows: Sequence[Row]) -> list[str]:
    """Return a table with columns as wide as they need to be."""
    table = [list(COLUMNS[section]), *(cells(section, row) for row in rows)]
    widths = [max(map(len, column)) for column in zip(*table, strict=True)]
    return ["  ".join(map(str.ljust, line, widths)).rstrip() for line in table]


def markdown(section: str, rows: Sequence[Row]) -> str:
    """Return the table of a section."""
    heads = list(COLUMNS[section])
    table = [heads, ["---"] * len(heads), *(cells(section, row) for row in rows)]
    return "\n".join(f"| {' | '.join(line)} |" for line in table)


def _found(row: Row, path: str) -> Any:
    value: Any = row
    for name in path.split("."):
        value = None if value is None else value.get(name)
    return value


def _cell(head: str, value: Any) -> str:
    if value is None:
        return "–"  # noqa: RUF001 - a dash that stands for nothing
    if head in SHARES:
        return f"{value:.0%}"
    if not isinstance(value, float):
        return f"{value:,}" if isinstance(value, int) else str(value)
    return (
        f"{value:.0f}" if head.endswith("MB") else f"{value:.2f}" if value < 10 else f"{value:.1f}"
    )
