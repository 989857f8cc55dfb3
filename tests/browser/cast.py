"""The people of the browser's tests and what they own, written into the databases of a stack.

Run as a process of its own with the stack's environment (`python -m tests.browser.cast`), since
the databases of the test process are others; prints what it made as JSON. Only what the real
product would take long to reach is written here; the rest the tests reach as a person does.
"""

import json
import os
import sys
from functools import cache
from typing import Any

PASSWORD = "correct horse battery staple"
NAMED = (
    "owner",
    "newcomer",
    "collector",
    "tidier",
    "mover",
    "stranger",
    "full",
    "support",
    "admin",
)
FRESH = 100
MANY = 45
FAILURES = {
    "unreadable": False, "no_video": False, "unsupported_type": False, "unsupported_codec": False,
    "encrypted": False, "too_long": False, "too_many_frames": False, "poison": False,
    "cut_off": False, "upload_expired": False, "empty": False, "too_large": False,
    "quota": True, "storage": True, "timeout": True, "internal": True,
}  # fmt: skip
STANDING: dict[str, dict[str, Any]] = {
    "queued": {"step": "queued", "queue_position": 3},
    "checking": {"step": "checking", "percent": 3},
    "extracting": {
        "step": "extracting", "percent": 40, "frames_done": 5, "frames_total": 13, "eta_ms": 24_000,
    },
    "packing": {"step": "packing", "percent": 97, "frames_done": 13, "frames_total": 13},
    "cancelling": {"state": "cancelling", "step": "extracting", "percent": 40},
    "cancelled": {"state": "cancelled", "expires_at": "2099-03-01T12:00:00Z"},
    "expired": {"state": "expired", "ended_at": "2026-03-01T12:00:00Z"},
    **{
        f"failed-{code}": {
            "state": "failed", "error": {"code": code, "detail": "", "retryable": retryable}
        }
        for code, retryable in FAILURES.items()
    },
}  # fmt: skip


def account(name: str) -> dict[str, str]:
    """Make one account and log it in."""
    from django.contrib.auth import get_user_model
    from django.contrib.auth.models import Group
    from django.test import Client

    user = get_user_model()(email=f"{name}@example.com", password=_hashed())
    user.is_staff = name in ("support", "admin")
    user.is_superuser = name == "admin"
    user.save()
    if name == "support":
        user.groups.add(Group.objects.get(name="Support"))
    client = Client()
    client.force_login(user)
    session = client.cookies["sessionid"].value
    return {"id": str(user.pk), "email": user.email, "session": session}


@cache
def _hashed() -> str:
    """The one password of everybody, hashed once: that is slow on purpose."""
    from django.contrib.auth.hashers import make_password

    return make_password(PASSWORD)


def videos(owner_id: str) -> dict[str, str]:
    """Make a video in every state that is not reached quickly; returns their ids."""
    from tests.factories import stored_video

    uploading = stored_video(owner_id=owner_id, state="uploading", extraction=None)
    made = {name: standing(owner_id, name, f"{name}.mp4") for name in STANDING}
    return {"uploading": str(uploading.pk), **made}


def fill(owner_id: str) -> None:
    """Leave somebody no space."""
    from django.conf import settings

    from apps.upload.models import Quota

    Quota.objects.create(owner_id=owner_id, used_bytes=settings.QUOTA_BYTES)


def standing(owner_id: str, state: str, name: str) -> str:
    """Make a stored video whose extraction stands somewhere; returns its id."""
    from tests.factories import extraction_of, stored_video

    video = stored_video(owner_id=owner_id, extraction=None, name=name, source_bytes=60_900_000)
    extraction_of(video, **{"state": "processing", **STANDING[state]})
    return str(video.pk)


def main() -> None:
    """Make everything."""
    import django

    django.setup()
    from django.conf import settings

    settings.ALLOWED_HOSTS.append("testserver")
    made: dict[str, Any] = {name: account(name) for name in NAMED}
    made["fresh"] = [account(f"fresh{number}") for number in range(FRESH)]
    made["videos"] = videos(made["owner"]["id"])
    fill(made["full"]["id"])
    for number in range(MANY):
        standing(made["collector"]["id"], "cancelled", f"holiday {number}.mp4")
    for number in range(8):
        standing(made["tidier"]["id"], "queued", f"tidied {number}.mp4")
    sys.stdout.write(json.dumps(made))


if __name__ == "__main__":
    assert "FRAMEFLOW_DATA" in os.environ, "only against a stack of its own"
    main()
