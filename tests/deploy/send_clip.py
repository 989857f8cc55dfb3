"""Send a clip through a running Frame Flow and look at its ZIP.

`python -m tests.deploy.send_clip https://localhost:8443 deploy/secrets/tls.crt` exits 0 when the
frames came back.
"""

import ssl
import sys
import tempfile
from pathlib import Path
from uuid import uuid4

import httpx

from tests import media
from tests.e2e.client import names_in
from tests.waiting import eventually

FRAMES_EVERY_10_S = {f"000{n}_00-00-{(n - 1) * 10:02d}.jpg" for n in (1, 2, 3)}


def send_clip(url: str, certificate: Path, patience_s: float = 120) -> list[str]:
    """Register, upload 25 seconds, wait, download; return the names in the ZIP."""
    trusted = ssl.create_default_context(cafile=certificate)
    with httpx.Client(base_url=f"{url}/api/v1/", verify=trusted, timeout=60) as http:
        account = {"email": f"{uuid4().hex[:12]}@example.com", "password": "a long word of ours"}
        http.post("auth/register/", json=account).raise_for_status()
        token = http.post("auth/token/", json=account).raise_for_status().json()["access"]
        http.headers["Authorization"] = f"Bearer {token}"
        address = f"videos/{_upload(http)}/"

        def ended() -> str | None:
            status: str = http.get(address).raise_for_status().json()["status"]
            return status if status in ("ready", "failed") else None

        assert eventually(ended, "the video comes to rest", patience_s) == "ready"
        return names_in(http.get(f"{address}zip/").raise_for_status().content)


def _upload(http: httpx.Client) -> str:
    with tempfile.TemporaryDirectory() as folder:
        clip = media.make_video(Path(folder) / "clip.mp4", seconds=25)
        files = {"file": ("clip.mp4", clip.read_bytes(), "video/mp4")}
        answer = http.post("videos/", files=files, data={"interval": "10"}).raise_for_status()
    video_id: str = answer.json()["id"]
    return video_id


if __name__ == "__main__":
    names = send_clip(sys.argv[1], Path(sys.argv[2]))
    sys.stdout.write("\n".join([*names, ""]))
    sys.exit(0 if set(names) >= FRAMES_EVERY_10_S else 1)
