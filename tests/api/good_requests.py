"""One good request for each operation, and who sends it."""

from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import asdict
from typing import Any

from django.contrib.auth.tokens import default_token_generator
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.test.client import BOUNDARY, encode_multipart
from django.utils import timezone
from django.utils.encoding import force_bytes
from django.utils.http import urlsafe_base64_encode

from apps.auth.services import log_in, make_api_token
from apps.download.services import make_share
from apps.upload.services import begin_pieces
from frameflow.contracts import Options
from tests.api.world import PASSWORD, a_person, videos_of
from tests.databases import ALIASES
from tests.factories import MP4_HEAD

STATES = {"videos_retry": "failed", "videos_cancel": "processing"}
PIECE = "application/offset+octet-stream"
NEXT_PASSWORD = "staple of another horse"


class Cast:
    """What the requests are about; the ids are the owner's."""

    def __init__(self, calls: Counter[str]) -> None:
        self.calls = calls
        self.owner, self.stranger = a_person("olivia"), a_person("sam")
        self.tokens = {name: _pair(name) for name in ("olivia", "sam")}
        self.videos = videos_of(self.owner)
        self.upload = begin_pieces(
            owner_id=self.owner.pk,
            name="film.mp4",
            length_bytes=len(MP4_HEAD),
            options=Options(),
            metadata="",
            at=timezone.now(),
        ).pk
        made = make_api_token(user=self.owner, name="backup", can_write=True, expires_at=None)
        self.api_token = made.token.pk
        mine = {"video_id": self.videos["ready"], "owner_id": self.owner.pk}
        self.share = make_share(**mine, days=7, name="", at=timezone.now()).share.pk

    def headers(self, name: str) -> dict[str, str]:
        """Return what proves who is asking."""
        token = self.tokens[name]["access"]
        return {"Authorization": f"Bearer {token}", "Accept-Encoding": "identity"}

    def path_parameters(self, operation: str) -> dict[str, Any]:
        """Return the ids of the owner's that an operation can act on."""
        video = self.videos[STATES.get(operation, "ready")]
        if operation.startswith("uploads"):
            video = self.upload
        named = {"id": video, "video_id": video, "token_id": self.api_token, "share_id": self.share}
        return {**{name: str(value) for name, value in named.items()}, "index": 1}

    def ids_of(self, path: str, operation: str) -> dict[str, Any]:
        """Return those of them that stand in a path."""
        known = self.path_parameters(operation)
        return {name: value for name, value in known.items() if f"{{{name}}}" in path}

    def said(self, operation: str) -> dict[str, str]:
        """Return the headers that an operation needs beside."""
        headers = {
            "uploads_begin": {"Upload-Length": "9", "Upload-Metadata": "filename YS5tcDQ="},
            "uploads_send": {"Upload-Offset": "0", "Content-Type": PIECE},
        }
        spoken = {"Tus-Resumable": "1.0.0"} if operation.startswith("uploads") else {}
        return {**spoken, **headers.get(operation, {})}

    def body(self, operation: str) -> Any:
        """Return a good body, or None for an operation that needs none."""
        pair, account = self.tokens["olivia"], {"email": self.owner.email, "password": PASSWORD}
        link = {
            "uid": urlsafe_base64_encode(force_bytes(self.owner.pk)),
            "token": default_token_generator.make_token(self.owner),
        }
        return {
            "auth_register_create": {**account, "email": "new@example.com"},
            "auth_token_create": account,
            "auth_token_refresh_create": {"refresh": pair["refresh"]},
            "auth_token_verify_create": {"token": pair["access"]},
            "auth_logout_create": {"refresh": pair["refresh"]},
            "auth_me_partial_update": {"name": "Olivia"},
            "auth_me_destroy": {"password": PASSWORD},
            "auth_password_change_create": {
                "current_password": PASSWORD,
                "new_password": NEXT_PASSWORD,
            },
            "auth_password_reset_create": {"email": self.owner.email},
            "auth_password_reset_confirm_create": {**link, "new_password": NEXT_PASSWORD},
            "auth_tokens_create": {"name": "backup", "scopes": ["read"]},
            "uploads_send": MP4_HEAD,
            "shares_create": {"days": 1, "name": "beach"},
            "videos_create": film_with({"interval": 2}),
            "videos_partial_update": {"name": "beach.mp4"},
            "videos_extract_again": {"interval": 2},
            "videos_retry": {"run": 1},
        }.get(operation)


def film_with(options: dict[str, Any]) -> bytes:
    """Return the body of an upload. A file is known by its name, which no description can ask for,
    so that what schemathesis makes of it is never taken."""
    given = {name: value for name, value in options.items() if value is not None}
    return encode_multipart(BOUNDARY, {**given, "file": SimpleUploadedFile("film.mp4", MP4_HEAD)})


@contextmanager
def undone() -> Iterator[None]:
    """Take back whatever happens inside, in every database."""
    with ExitStack() as stack:
        for alias in ALIASES:
            stack.enter_context(transaction.atomic(using=alias))
        yield
        for alias in ALIASES:
            transaction.set_rollback(True, using=alias)


def _pair(name: str) -> dict[str, str]:
    return asdict(log_in(email=f"{name}@example.com", password=PASSWORD))
