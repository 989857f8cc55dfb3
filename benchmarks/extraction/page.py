"""Writes the page and the plots of the last bench: python -m benchmarks.extraction.page [FILE]."""

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

from benchmarks.extraction.footage import bench_folder
from benchmarks.extraction.plot import Bar, Panel, figure
from benchmarks.extraction.running import Row
from benchmarks.extraction.tables import markdown
from benchmarks.extraction.tools import OURS, TOOLS

ROOT: Final = Path(__file__).parents[2]
KEPT: Final = ROOT / "docs/figures/benchmarks.json"
PAGE: Final = ROOT / "docs/discussions/benchmarks.md"
WAYS: Final = ROOT / "docs/figures/benchmarks-ways.svg"
CLIPS: Final = ROOT / "docs/figures/benchmarks-clips.svg"

HEAD: Final = """# What extraction costs

Written by `make figures` from what `make bench` saw; nothing here is typed by hand but the words.
One frame each 10 s flatters where key frames fall on the times; each 9.7 s does not.

**How it is measured.** The ways take turns; each number is the median of the rounds that its table
names. *CPU* is user and system time of the whole process tree. *RSS* is its memory at the worst
moment, looked at each 20 ms and more often in the beginning; what processes share is counted once
(in tables of commits up to f0a4bf9: with each of them). *Read* is the share of the file
that our command read; *read MB* is all that a way's processes read, its own libraries too.
The machine has other work at the same time: its load stands over each table. CPU seconds suffer
less from that than wall clocks do, and ratios less than seconds.

**Right** counts the pictures that show the frame asked for: the last one that is not later than t,
as decoding everything in order (with PyAV) has it. A picture shows that frame when it is at least
as near as 30 dB (luma, 480x270) and no neighbour up to two frames away is nearer. *Beside* counts
those that show such a neighbour: `-ss`, for one, gives the first frame that is not earlier.
"""

WORDS: Final = {
    "tools": (
        "All ways side by side",
        "Ours writes a ZIP with previews and a manifest, in a confined child process; the others"
        " write JPEG files.",
    ),
    "ffmpeg": (
        "Clip by clip, beside ffmpeg",
        "`ffmpeg -vf fps=1/T -q:v 2` and our command with its defaults.",
    ),
    "keyframes": (
        "All key frames",
        "`--keyframes`, beside the same `ffmpeg -vf fps=1/10`.",
    ),
    "frames": ("The more frames, the more work", "`--count N` of one clip: h264-gop2."),
    "lengths": (
        "The length of the file costs next to nothing",
        "`--at` with the same twelve pictures, from all over the same two minutes, repeated.",
    ),
    "many": ("A frame each second", "`--every 1`, measured once."),
    "start": ("To start", "What it takes to start at all."),
    "job": (
        "The whole job",
        "From the answer to the upload until the document says `ready`, through the HTTP API of the"
        " product on its embedded servers, asked each 50 ms, with one worker; beside the"
        " `elapsed_s` of the bare command. Allowed is 1.1 x engine + 0.5 s.",
    ),
}


def in_order(seen: dict[str, Any]) -> dict[str, Any]:
    """Return what was seen with the clips in their order, each with the harder interval first."""
    places = {name: place for place, name in enumerate(seen["clips"])}
    sections = {
        section: sorted(rows, key=lambda row: (places.get(row.get("clip"), 0), _seconds(row)))
        for section, rows in seen["sections"].items()
    }
    return seen | {"sections": sections}


def _seconds(row: Row) -> float:
    return float(row.get("interval") or 0)


def page(seen: dict[str, Any]) -> str:
    """Return the page."""
    parts = [HEAD, _circumstances(seen["machine"])]
    for section, (title, words) in WORDS.items():
        if section in seen["sections"]:
            parts.append(_section(section, title, words, seen["sections"][section]))
    return "\n".join([*parts, _ways(), _clips(seen["clips"])])


def _circumstances(machine: dict[str, Any]) -> str:
    packages = ", ".join(f"{name} {number}" for name, number in machine["packages"].items())
    return (
        f"**Here**: {machine['cores']} shared cores, Python {machine['python']},"
        f" ffmpeg {machine['ffmpeg']}, {packages}.\n"
    )


def _section(section: str, title: str, words: str, rows: list[Row]) -> str:
    pictures = {"tools": WAYS, "ffmpeg": CLIPS}
    shown = f"![{title}](../figures/{pictures[section].name})\n\n" if section in pictures else ""
    seen = f'*{_seen(section, rows)}; `make bench ARGS="--only {section}"`*'
    return f"## {title}\n\n{words}\n\n{shown}{seen}\n\n{markdown(section, rows)}\n"


def _seen(section: str, rows: list[Row]) -> str:
    """Return when, on what and under which load the rows were measured."""
    times, commits = sorted({row["seen"]["at"] for row in rows}), _each(rows, "commit")
    loads = sorted(row["seen"]["load"] for row in rows)
    medians = ", ".join(sorted(_each(rows, "rounds")))
    rounds = "once" if section == "many" else f"medians of {medians}"
    when = f"{times[0]} to {times[-1][-9:]}" if len(times) > 1 else times[0]
    return f"{when}, commit {', '.join(commits)}, load {loads[0]} to {loads[-1]}, {rounds}"


def _each(rows: list[Row], name: str) -> list[str]:
    return list(dict.fromkeys(str(row["seen"][name]) for row in rows))


def _ways() -> str:
    rows = "\n".join(f"| {tool.name} | {tool.about} |" for tool in TOOLS)
    left_out = "MoviePy is not among them: its 2.2 wants a Pillow older than ours."
    return f"## The ways\n\n{left_out}\n\n| way | what it does |\n| --- | --- |\n{rows}\n"


def _clips(clips: dict[str, Any]) -> str:
    told = (
        "From *Big Buck Bunny* (CC BY 3.0, © 2008 Blender Foundation), 30 s of it repeated; the"
        " presets are fast ones, the structure (GOP, B-frames) is the encoder's own where no option"
        " names it."
    )
    rows = "\n".join(
        f"| {name} | {clip['about']} | {clip['bytes'] / 1e6:.0f} | `{clip['command']}` |"
        for name, clip in clips.items()
    )
    return (
        f"## The clips\n\n{told}\n\n| clip | | MB | command |\n| --- | --- | --- | --- |\n{rows}\n"
    )


def ways_figure(seen: dict[str, Any]) -> str:
    """Return the bars of all ways, for each clip at the interval that flatters nobody."""
    rows = [row for row in seen["sections"]["tools"] if row["cost"]]
    chosen = [row for row in rows if row["interval"] != "10"] or rows
    names = dict.fromkeys(row["clip"] for row in chosen)
    panels = [_ways_panel(seen, [row for row in chosen if row["clip"] == name]) for name in names]
    return figure("CPU seconds of each way to one frame each 9.7 seconds, clip by clip", panels)


def _ways_panel(seen: dict[str, Any], rows: list[Row]) -> Panel:
    about, interval = seen["clips"][rows[0]["clip"]]["about"], rows[0]["interval"]
    bars = [
        Bar(
            row["tool"],
            row["cost"]["cpu_s"],
            f"{row['cost']['cpu_s']:.1f} s · {row['right']} of {row['wanted']} right",
            row["tool"] == OURS,
        )
        for row in sorted(rows, key=lambda row: float(row["cost"]["cpu_s"]))
    ]
    return Panel(f"CPU seconds, 2 min of {about}, one frame each {interval} s", bars)


def clips_figure(seen: dict[str, Any]) -> str:
    """Return how many times less CPU than ffmpeg each clip takes."""
    rows = seen["sections"]["ffmpeg"]
    panels = [
        Panel(
            f"Times less CPU than ffmpeg fps=1/{interval}", list(_ratio_bars(rows, interval)), 1.0
        )
        for interval in sorted({row["interval"] for row in rows}, key=float)
    ]
    return figure("How many times less CPU than ffmpeg our command takes, clip by clip", panels)


def _ratio_bars(rows: list[Row], interval: str) -> Iterator[Bar]:
    for row in rows:
        if row["interval"] == interval:
            note = f"{row['cpu_ratio']:.1f} x"
            yield Bar(row["clip"], max(row["cpu_ratio"], 0.11), note, True)


def main() -> None:
    """Keep the results and write what is made from them."""
    source = Path(sys.argv[1]) if len(sys.argv) > 1 else bench_folder() / "bench.json"
    seen = in_order(json.loads(source.read_text()))
    KEPT.parent.mkdir(exist_ok=True)
    KEPT.write_text(json.dumps(seen, indent=1) + "\n")
    PAGE.write_text(page(seen))
    if "tools" in seen["sections"]:
        WAYS.write_text(ways_figure(seen))
    if "ffmpeg" in seen["sections"]:
        CLIPS.write_text(clips_figure(seen))


if __name__ == "__main__":
    main()
