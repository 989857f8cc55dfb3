"""A sender that speaks tus, word by word, so that each header can be wrong."""

import hashlib
from base64 import b64encode
from typing import Any

from rest_framework.response import Response
from rest_framework.test import APIClient

from apps.upload import services
from apps.upload.models import Quota
from frameflow.storage import ObjectStore
from tests.factories import MP4_HEAD
from tests.resumable import metadata

UPLOADS = "/api/v1/uploads/"
PIECE = "application/offset+octet-stream"
VIDEO = MP4_HEAD + bytes(range(256)) * 1200


class Sender:
    """One client of the protocol."""

    def __init__(self, client: APIClient) -> None:
        self.client = client

    def ask(self, method: str, path: str, body: bytes = b"", **headers: Any) -> Response:
        """Send a request; a header given as None is left out, `_` stands for `-`."""
        said: dict[str, Any] = {"Tus_Resumable": "1.0.0", **headers}
        named = {name.replace("_", "-"): str(v) for name, v in said.items() if v is not None}
        kind = named.pop("Content-Type", PIECE if body else "")
        return self.client.generic(method, path, body, content_type=kind, headers=named)

    def create(
        self, size: int = len(VIDEO), body: bytes = b"", name: str = "a.mp4", **more: Any
    ) -> Response:
        """Begin an upload; `said_…` are options in the metadata."""
        said = {
            key.removeprefix("said_"): more.pop(key) for key in list(more) if key[:5] == "said_"
        }
        headers = {"Upload_Length": size, "Upload_Metadata": metadata(filename=name, **said)}
        return self.ask("POST", UPLOADS, body, **{**headers, **more})

    def begin(self, size: int = len(VIDEO), **more: Any) -> str:
        """Begin an upload and return its path."""
        answer = self.create(size, **more)
        assert answer.status_code == 201, answer.content
        return path_of(answer)

    def send(self, path: str, offset: int, data: bytes, **headers: Any) -> Response:
        """Send a piece."""
        return self.ask("PATCH", path, data, **{"Upload_Offset": offset, **headers})

    def offset(self, path: str) -> int:
        """Ask where an upload stands."""
        answer = self.ask("HEAD", path)
        assert answer.status_code == 200, answer.status_code
        return int(answer["Upload-Offset"])


def path_of(answer: Response) -> str:
    """Return the path in `Location`."""
    return str(answer["Location"]).removeprefix("http://testserver")


def digest_header(name: str, data: bytes) -> str:
    """Return `Upload-Checksum`."""
    return f"{name} {b64encode(hashlib.new(name, data).digest()).decode()}"


def nothing_is_left(objects: ObjectStore) -> bool:
    """Sweep, and return whether no byte and no reserved space remains."""
    services.remove_sources()
    used = sum(Quota.objects.values_list("used_bytes", flat=True))
    return used == 0 and not list(objects.list("")) and objects.abort_stale_writes(-1) == 0
