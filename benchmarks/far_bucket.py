"""A bucket that is far: each answer begins 30 ms late, and all of them share 50 MB/s.

It gives out the files of one folder, whole or in ranges, and nothing else of S3. The stand-in of
the tests is no measure for ranges: it reads a whole object for each part of it.

    python -m benchmarks.far_bucket PORT FOLDER
"""

import re
import sys
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Final

LATENCY_S: Final = 0.03
BYTES_PER_S: Final = 50e6
CHUNK_BYTES: Final = 64 * 1024
BUCKET: Final = "far"


class Line:
    """What all answers travel over."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._free_at_s = 0.0

    def wait_for(self, size: int) -> None:
        """Return when so many bytes may go."""
        with self._lock:
            self._free_at_s = max(self._free_at_s, time.monotonic()) + size / BYTES_PER_S
            due_s = self._free_at_s
        time.sleep(max(due_s - time.monotonic(), 0))


class Handler(BaseHTTPRequestHandler):
    """Answers HEAD and GET."""

    protocol_version = "HTTP/1.1"
    folder: Path
    line = Line()

    def do_HEAD(self) -> None:
        self._answer()

    def do_GET(self) -> None:
        path, begin, end = self._answer()
        with path.open("rb") as file:
            file.seek(begin)
            for at in range(begin, end, CHUNK_BYTES):
                data = file.read(min(CHUNK_BYTES, end - at))
                self.line.wait_for(len(data))
                self.wfile.write(data)

    def _answer(self) -> tuple[Path, int, int]:
        time.sleep(LATENCY_S)
        path = self.folder / self.path.rpartition("/")[2].partition("?")[0]
        size = path.stat().st_size
        asked = re.fullmatch(r"bytes=(\d+)-(\d*)", self.headers.get("Range", ""))
        begin = int(asked[1]) if asked else 0
        end = min(int(asked[2]) + 1, size) if asked and asked[2] else size
        self.send_response(206 if asked else 200)
        self.send_header("Content-Length", str(end - begin))
        self.send_header("Content-Range", f"bytes {begin}-{end - 1}/{size}")
        self.send_header("Last-Modified", "Sat, 28 Nov 2026 00:00:00 GMT")
        self.send_header("ETag", '"far"')
        self.end_headers()
        return path, begin, end

    def log_message(self, *_: object) -> None:
        """Say nothing."""


def main(port: int, folder: Path) -> None:
    """Serve until the process is ended."""
    Handler.folder = folder
    ThreadingHTTPServer(("127.0.0.1", port), Handler).serve_forever()


if __name__ == "__main__":
    main(int(sys.argv[1]), Path(sys.argv[2]))
