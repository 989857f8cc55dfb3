"""Frames with bright or wide colours, brought to those of normal screens."""

from fractions import Fraction
from functools import cache
from itertools import count
from typing import Final

from av.filter import Graph
from av.video.frame import VideoFrame

from apps.processing.extraction.pictures.tone_mapping import SIDE, Colours, cube

#: Sixteen bits: PQ's dark codes lie closer together than those of a normal screen.
CUBE_FORMAT: Final = "gbrp16le"


class ColourMapper:
    """Maps frames, one after the other: each thread needs its own."""

    def __init__(self) -> None:
        self._graph: Graph | None = None
        self._shape: tuple[object, ...] = ()
        self._numbers = count()

    def map(self, frame: VideoFrame, colours: Colours) -> VideoFrame:
        """Return a frame of CUBE_FORMAT with the colours of BT.709 on a normal screen."""
        shape = frame.width, frame.height, colours
        if self._graph is None or shape != self._shape:
            self._graph, self._shape = _graph(frame, colours), shape
        frame.pts, frame.time_base = next(self._numbers), Fraction(1, 25)
        self._graph.vpush(frame, 0)
        return self._graph.vpull()


def _graph(frame: VideoFrame, colours: Colours) -> Graph:
    graph, table = Graph(), _cube_frame(colours)
    graph.threads = 1
    begin, beside = (
        graph.add_buffer(
            width=each.width, height=each.height, format=each.format, time_base=Fraction(1, 25)
        )
        for each in (frame, table)
    )
    look_up, end = graph.add("haldclut", "clut=first"), graph.add("buffersink")
    begin.link_to(look_up, 0, 0)
    beside.link_to(look_up, 0, 1)
    look_up.link_to(end)
    graph.configure()
    beside.push(table)
    beside.push(None)
    return graph


@cache
def _cube_frame(colours: Colours) -> VideoFrame:
    """Return the cube as a square picture; haldclut takes its planes for R, G, B in this order."""
    side = round(SIDE**1.5)
    frame = VideoFrame(side, side, CUBE_FORMAT)
    for plane, codes in zip(frame.planes, cube(colours), strict=True):
        row_bytes = len(codes) // side
        padding = bytes(plane.line_size - row_bytes)
        rows = (codes[at : at + row_bytes] for at in range(0, len(codes), row_bytes))
        plane.update(b"".join(row + padding for row in rows))
    frame.pts, frame.time_base = 0, Fraction(1, 25)
    return frame
