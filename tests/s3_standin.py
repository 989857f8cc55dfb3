"""A server that speaks S3: moto's, and the one thing that it leaves out.

moto ignores `If-None-Match` when an upload in parts is completed; Amazon answers 412, and keeps
the upload. Conditional writes are judged one at a time here, so that of two only one can win.
Run as `python -m tests.s3_standin PORT BUCKET`; `/moto-api/` is not served.
"""

import sys
import threading
from collections.abc import Callable, Iterable
from typing import Any
from urllib.parse import parse_qs, unquote

from moto.s3.models import s3_backends
from moto.server import DomainDispatcherApplication, create_backend_app
from werkzeug.serving import run_simple

ACCOUNT = "123456789012"
REGION = "us-east-1"
REFUSED = b"<Error><Code>PreconditionFailed</Code><Message>It is there.</Message></Error>"

StartResponse = Callable[..., Any]


class ConditionalCompletion:
    """WSGI middleware around moto."""

    def __init__(self, app: Callable[[dict[str, Any], StartResponse], Iterable[bytes]]) -> None:
        self._app = app
        self._one_at_a_time = threading.Lock()

    def __call__(self, environ: dict[str, Any], start_response: StartResponse) -> Iterable[bytes]:
        if environ.get("HTTP_IF_NONE_MATCH") != "*":
            return self._app(environ, start_response)
        with self._one_at_a_time:
            if _completes(environ) and _is_there(environ["PATH_INFO"]):
                start_response("412 Precondition Failed", [("Content-Type", "application/xml")])
                return [REFUSED]
            return list(self._app(environ, start_response))


def _completes(environ: dict[str, Any]) -> bool:
    return environ["REQUEST_METHOD"] == "POST" and "uploadId" in parse_qs(environ["QUERY_STRING"])


def _is_there(path: str) -> bool:
    bucket, _, key = unquote(path).lstrip("/").partition("/")
    backend: Any = s3_backends[ACCOUNT]["aws"]
    return key in backend.buckets[bucket].keys


def main(port: int, bucket: str) -> None:
    """Serve until the process is ended; the bucket is there from the beginning."""
    app = ConditionalCompletion(DomainDispatcherApplication(create_backend_app))
    backend: Any = s3_backends[ACCOUNT]["aws"]
    backend.create_bucket(bucket, REGION)
    run_simple("127.0.0.1", port, app, threaded=True)


if __name__ == "__main__":
    main(int(sys.argv[1]), sys.argv[2])
