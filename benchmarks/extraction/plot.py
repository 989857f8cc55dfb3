"""Bars on a logarithmic scale as SVG, readable on light and on dark."""

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from math import log10
from typing import Final

WIDTH, LABEL_WIDTH, NOTE_WIDTH = 760, 190, 150
ROW, BAR, TITLE, GAP = 22, 14, 34, 16
STYLE: Final = """
  text { font: 13px system-ui, sans-serif; fill: #1f2328 }
  .title { font-weight: 600 }
  .note, .scale { font-size: 12px; fill: #57606a }
  .line { stroke: #d0d7de; stroke-width: 1 }
  .theirs { fill: #8c959f }
  .ours { fill: #1a7f37 }
  @media (prefers-color-scheme: dark) {
    text { fill: #e6edf3 }
    .note, .scale { fill: #9198a1 }
    .line { stroke: #3d444d }
    .theirs { fill: #6e7681 }
    .ours { fill: #3fb950 }
  }
"""


@dataclass(frozen=True)
class Bar:
    """A value with its name, and what is said behind it."""

    label: str
    value: float
    note: str
    is_ours: bool


@dataclass(frozen=True)
class Panel:
    """Bars on one scale, which begins no later than at `begins_at`."""

    title: str
    bars: Sequence[Bar]
    begins_at: float | None = None

    @property
    def height(self) -> int:
        """Return how many pixels it takes."""
        return TITLE + ROW * len(self.bars) + ROW + GAP


def figure(alternative: str, panels: Sequence[Panel]) -> str:
    """Return a whole SVG; `alternative` says in a sentence what it shows."""
    parts, top = [], 0
    for panel in panels:
        parts += _panel(panel, top)
        top += panel.height
    body = "\n".join(parts)
    head = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {top}" role="img">'
    return f"{head}\n<title>{escape(alternative)}</title>\n<style>{STYLE}</style>\n{body}\n</svg>\n"


def _panel(panel: Panel, top: int) -> list[str]:
    values = [bar.value for bar in panel.bars]
    ticks = _ticks(min(values), max(values), panel.begins_at)
    bottom = top + TITLE + ROW * len(panel.bars)
    drawn = [_text("title", 0, top + 20, panel.title)]
    for tick in ticks:
        x = _x(tick, ticks)
        drawn.append(f'<path class="line" d="M{x:.1f} {top + TITLE - 4}V{bottom}"/>')
        drawn.append(_text("scale", x, bottom + 15, f"{tick:g}", anchor="middle"))
    for place, bar in enumerate(panel.bars):
        drawn += _bar(bar, top + TITLE + ROW * place, ticks)
    return drawn


def _bar(bar: Bar, top: int, ticks: Sequence[float]) -> list[str]:
    end = _x(bar.value, ticks)
    kind, middle = "ours" if bar.is_ours else "theirs", top + BAR - 2
    shape = f'x="{LABEL_WIDTH}" y="{top}" width="{end - LABEL_WIDTH:.1f}" height="{BAR}" rx="2"'
    return [
        _text("", LABEL_WIDTH - 8, middle, bar.label, anchor="end"),
        f'<rect class="{kind}" {shape}/>',
        _text("note", end + 6, middle, bar.note),
    ]


def _ticks(least: float, most: float, begins_at: float | None) -> list[float]:
    """Return 1, 2 and 5 times the powers of ten, from below the least to above the most."""
    all_ticks = [step * 10.0**power for power in range(-3, 5) for step in (1, 2, 5)]
    first = max(tick for tick in all_ticks if tick < least)
    first = min(first, begins_at or first)
    last = min(tick for tick in all_ticks if tick >= most)
    return [tick for tick in all_ticks if first <= tick <= last]


def _x(value: float, ticks: Sequence[float]) -> float:
    share = log10(value / ticks[0]) / log10(ticks[-1] / ticks[0])
    return LABEL_WIDTH + share * (WIDTH - LABEL_WIDTH - NOTE_WIDTH)


def _text(kind: str, x: float, y: float, words: str, *, anchor: str = "start") -> str:
    return f'<text class="{kind}" x="{x:.1f}" y="{y}" text-anchor="{anchor}">{escape(words)}</text>'
