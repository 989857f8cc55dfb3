"""A proxy before an HTTP server that does what it is asked, and whose answer gets lost."""

import http.client
import threading
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

Lose = Callable[[str, str], bool]  # method, path


@contextmanager
def losing_answers(port: int, lose: Lose, times: int = 1) -> Iterator[str]:
    """Yield the address of a proxy; so many answers to what `lose` picks never arrive."""
    left = iter(range(times))

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def answer(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            with closing(http.client.HTTPConnection("127.0.0.1", port, timeout=10)) as behind:
                headers = {n: v for n, v in self.headers.items() if n.lower() != "expect"}
                behind.request(self.command, self.path, body, headers)
                given = behind.getresponse()
                data = given.read()
            self.close_connection = True
            if not lose(self.command, self.path) or next(left, None) is None:
                self._pass_on(given, data)

        def _pass_on(self, given: http.client.HTTPResponse, data: bytes) -> None:
            self.send_response(given.status)
            for name, value in given.getheaders():
                if name.lower() not in {"connection", "transfer-encoding", "date", "server"}:
                    self.send_header(name, value)
            self.end_headers()
            self.wfile.write(data)

        def log_message(self, *args: object) -> None:
            return None

    for method in ("GET", "HEAD", "PUT", "POST", "DELETE"):
        setattr(Handler, f"do_{method}", Handler.answer)
    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.05,))
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_address[1]}"
        finally:
            server.shutdown()
            thread.join()
