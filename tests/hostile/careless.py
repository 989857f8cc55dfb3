"""A program that opens a video as most do: without our opener, and without a cage.

Started as a program it forks one for each path that it reads, and says its id, then its exit code.
"""

import os
import resource
import sys
from pathlib import Path
from typing import Any, Final

#: So that it harms nobody else.
MEMORY_BYTES: Final = 3 * 1024**3
CPU_S: Final = 10
MANY_FRAMES: Final = 5000
GAVE_PICTURES, FLOODED = 10, 11


def extract_carelessly(path: str) -> int:
    """Open, decode everything, take a frame each second: the way of many scripts."""
    import av

    os.chdir(Path(path).parent)
    frames = 0
    with open(path, "rb") as file, av.open(file) as video:
        graph = av.filter.Graph()
        stream = video.streams.video[0]
        ends = [graph.add_buffer(template=stream), graph.add("fps", "fps=1")]
        graph.link_nodes(*ends, graph.add("buffersink")).configure()
        for frame in video.decode(stream):
            graph.push(frame)
            frames += _taken(graph)
            if frames > MANY_FRAMES:
                return FLOODED
        graph.push(None)
        frames += _taken(graph)
    return GAVE_PICTURES if frames else 0


def _taken(graph: Any) -> int:
    import av

    taken = 0
    while taken <= MANY_FRAMES:
        try:
            graph.pull()
        except (av.BlockingIOError, EOFError):
            break
        taken += 1
    return taken


def _suffer(path: str) -> int:
    for kind, most in (
        (resource.RLIMIT_AS, MEMORY_BYTES), (resource.RLIMIT_CPU, CPU_S), (resource.RLIMIT_CORE, 0)
    ):  # fmt: skip
        resource.setrlimit(kind, (most, most))
    try:
        return extract_carelessly(path)
    except BaseException:
        return 1


def main() -> None:
    """Serve until nothing more is asked."""
    import av.filter  # noqa: F401 - once for all

    silence = os.open(os.devnull, os.O_WRONLY)
    os.dup2(silence, 2)
    answers = os.fdopen(os.dup(1), "w", buffering=1)
    os.dup2(silence, 1)
    for line in sys.stdin:
        if (pid := os.fork()) == 0:
            os._exit(_suffer(line.rstrip("\n")))
        answers.write(f"{pid}\n")
        answers.write(f"{os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])}\n")


if __name__ == "__main__":
    main()
