"""Draws frame-at-t.svg, which frame is given for each time: python docs/figures/frame_at_t.py"""

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from pathlib import Path

STEP_S = 2.5
SECOND, LEFT, LANE, TOP, BOX = 68, 24, 118, 12, 26
WIDTH = LEFT + 10 * SECOND + 12
STYLE = """
  text { font: 13px system-ui, sans-serif; fill: #1f2328 }
  .title { font-weight: 600 }
  .quiet { fill: #57606a }
  .time { fill: #0969da }
  .frame { fill: #eaeef2; stroke: #8c959f }
  .given { fill: #aceebb; stroke: #1a7f37 }
  .axis, .asked { stroke: #8c959f; fill: none }
  .asked { stroke: #0969da; stroke-width: 1.5 }
  .away { stroke-dasharray: 4 3 }
  @media (prefers-color-scheme: dark) {
    text { fill: #e6edf3 }
    .quiet { fill: #9198a1 }
    .time { fill: #4493f8 }
    .frame { fill: #2a313c; stroke: #6e7681 }
    .given { fill: #0f5323; stroke: #3fb950 }
    .axis { stroke: #6e7681 }
    .asked { stroke: #4493f8 }
  }
"""


@dataclass(frozen=True)
class Lane:
    """A video: when each frame begins, and when the last one ends; seconds."""

    title: str
    words: str
    begins_s: Sequence[float]
    end_s: float

    def shown_at(self, time_s: float) -> int | None:
        """Return the frame for a time: the last not later, else the first; none past the end."""
        if time_s >= self.end_s:
            return None
        return max((n for n, begin_s in enumerate(self.begins_s) if begin_s <= time_s), default=0)

    def gone_s(self, number: int) -> float:
        """Return until when a frame is on screen."""
        return [*self.begins_s, self.end_s][number + 1]


LANES = (
    Lane("Ordinary", "the last frame that is not later than t", range(9), 9),
    Lane(
        *("Variable frame rate", "no rule of its own: a frame stays until the next one comes"),
        (0, 0.4, 0.9, 2.8, 3.3, 3.7, 6.2, 8.1),
        9,
    ),
    Lane(
        *("Late start", "the sound begins at 0, the picture later: its first frame stands for 0"),
        (1.6, 2.6, 3.6, 4.6, 5.6, 6.6, 7.6),
        8.6,
    ),
    Lane(
        *("A gap", "nothing between 3 and 6: what was on screen stays there"),
        (0, 1, 2, 6, 7, 8),
        9,
    ),
    Lane(
        *("Past the end", "the file says 9 s, the pictures end at 6: no frame, and “truncated”"),
        range(6),
        6,
    ),
)


def lane(drawn: Lane, top: int) -> list[str]:
    """Return the parts of one lane."""
    middle = top + 48
    parts = [
        f'<text x="{LEFT}" y="{top + 14}"><tspan class="title">{drawn.title}</tspan>'
        f'<tspan class="quiet" dx="10">{escape(drawn.words)}</tspan></text>',
        f'<path class="axis" d="M{LEFT} {middle + BOX + 4}H{WIDTH - 12}"/>',
    ]
    times_s = [STEP_S * number for number in range(4)]
    given = {drawn.shown_at(time_s) for time_s in times_s}
    for number, begin_s in enumerate(drawn.begins_s):
        kind = "given" if number in given else "frame"
        x, width = at(begin_s), at(drawn.gone_s(number)) - at(begin_s)
        parts.append(
            f'<rect class="{kind}" x="{x:.0f}" y="{middle}" width="{width:.0f}" height="{BOX}"/>'
        )
        parts.append(f'<text x="{x + 5:.0f}" y="{middle + 18}">{number}</text>')
    for number, time_s in enumerate(times_s):
        parts += asked(drawn, number, time_s, middle)
    return parts


def asked(drawn: Lane, number: int, time_s: float, middle: int) -> list[str]:
    """Return an asked time, and the way from it to its frame where it is not under it."""
    x, frame = at(time_s), drawn.shown_at(time_s)
    is_away = frame is None or drawn.begins_s[frame] > time_s
    reach = f"M{x:.0f} {middle - 8}V{middle + BOX + 9}"
    if frame is not None and is_away:
        reach += f"M{x:.0f} {middle + 12}H{at(drawn.begins_s[frame]):.0f}"
    words = f"{time_s:g} s" + (" → nothing" if frame is None else f" → {frame}")
    return [
        f'<path class="asked{" away" if is_away else ""}" d="{reach}"/>',
        f'<text class="time" x="{x + 3:.0f}" y="{middle - 10}">t{number} = {words}</text>',
    ]


def at(time_s: float) -> float:
    """Return where a time is, in pixels."""
    return LEFT + time_s * SECOND


def picture() -> str:
    """Return the whole drawing."""
    height = TOP + LANE * len(LANES)
    parts = [part for n, each in enumerate(LANES) for part in lane(each, TOP + LANE * n)]
    title = "Which frame is given for the times 0, 2.5, 5 and 7.5 seconds, in five videos"
    head = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" role="img">'
    body = "\n".join(parts)
    return f"{head}\n<title>{title}</title>\n<style>{STYLE}</style>\n{body}\n</svg>\n"


if __name__ == "__main__":
    Path(__file__).with_name("frame-at-t.svg").write_text(picture())
