"""FFmpeg's filters, one after the other."""

from collections.abc import Iterable
from fractions import Fraction

from av.filter import Graph
from av.video.frame import VideoFrame


def chain(frame: VideoFrame, filters: Iterable[tuple[str, str]]) -> Graph:
    """Return a graph for frames like this one: push one, pull one.

    `filters` are names, and arguments as the `ffmpeg` command takes them.
    """
    graph = Graph()
    graph.threads = 1
    node = graph.add_buffer(
        width=frame.width, height=frame.height, format=frame.format, time_base=Fraction(1, 25)
    )
    for name, arguments in (*filters, ("buffersink", "")):
        upcoming = graph.add(name, arguments or None)
        node.link_to(upcoming)
        node = upcoming
    graph.configure()
    return graph
