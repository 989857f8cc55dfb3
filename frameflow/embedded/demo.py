"""`make demo`: a video goes in through the HTTP API, a ZIP comes out."""

import os
import signal
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx

from frameflow.embedded import children, linux, ports, register
from frameflow.embedded.client import Client, Document, Unsuccessful
from frameflow.embedded.console import say
from frameflow.embedded.folder import PROJECT_DIR, DataFolder

OUTPUT = Path("demo-frames.zip")
READY_WITHIN_S = 120.0
STOP_WITHIN_S = 45.0


def demonstrate(video: Path | None, interval: str, environ: Mapping[str, str]) -> int:
    """Show the whole way from a video to a ZIP; return 0, or 1 after a sentence."""
    if video is not None and not video.is_file():
        say(f"There is no file {video}.")
        return 1
    try:
        with tempfile.TemporaryDirectory() as scratch, _application(environ) as url:
            _show(url, video or _own_clip(Path(scratch)), interval)
    except (Unsuccessful, httpx.HTTPError) as reason:
        say(f"The demonstration did not succeed: {reason}")
        return 1
    return 0


def _show(url: str, video: Path, interval: str) -> None:
    with Client(url) as client:
        say(f"Registered {client.register()}.")
        say(f"Sending {video.name} ({video.stat().st_size:,} bytes), a frame each {interval} s ...")
        document = _watch(client, client.upload(video, interval=interval))
        result = _result(document)
        digest = client.download(document["links"]["zip"], OUTPUT)
    _list(OUTPUT, digest, result)


def _watch(client: Client, document: Document) -> Document:
    """Say each news once and return the document of the end."""
    said = ""
    for document in client.follow(document):  # noqa: B020 - the last one is the answer
        if (line := _progress(document)) != said:
            say(line)
            said = line
    return document


def _progress(document: Document) -> str:
    progress = document["progress"]
    total = progress["frames_total"]
    frames = f", {progress['frames_done']} of {total} frames" if total else ""
    return f"  {document['status_label']}: {progress['percent']} %{frames}"


def _result(document: Document) -> dict[str, Any]:
    if document["status"] != "ready":
        error = document["error"] or {"title": document["status_label"], "action": ""}
        raise Unsuccessful(f"{error['title']} {error['action']}".strip())
    result: dict[str, Any] = document["result"]
    return result


def _list(archive: Path, digest: str, result: Mapping[str, Any]) -> None:
    if digest != result["zip_sha256"]:
        raise Unsuccessful(f"{archive} is not what was announced: its SHA-256 is {digest}.")
    with zipfile.ZipFile(archive) as opened:
        if (broken := opened.testzip()) is not None:
            raise Unsuccessful(f"{archive} is damaged at {broken}.")
        for entry in opened.infolist():
            say(f"  {entry.file_size:>10,}  {entry.filename}")
    say(f"Saved {archive}: {result['frames']} frames, SHA-256 {digest[:16]}... as announced.")


def _own_clip(folder: Path) -> Path:
    path = folder / "sunrise.mp4"
    command = [sys.executable, "-m", "frameflow.embedded.clip", str(path)]
    if subprocess.run(command, cwd=PROJECT_DIR, check=False).returncode != 0:  # noqa: S603
        raise Unsuccessful("the clip could not be made.")
    return path


@contextmanager
def _application(environ: Mapping[str, str]) -> Iterator[str]:
    """Yield the address of the Frame Flow that runs on the data folder, else of one of our own."""
    folder = DataFolder.of(environ)
    if url := register.running(folder.root).get("WEB_URL"):
        yield url
        return
    process = _supervisor({**environ, "HOST": ports.LOOPBACK, "PORT": str(ports.free_port())})
    try:
        yield _address(process, folder)
    finally:
        children.stop(process, signal.SIGTERM, within_s=STOP_WITHIN_S)


def _supervisor(environ: Mapping[str, str]) -> children.Process:
    own_pid = os.getpid()
    return subprocess.Popen(
        [sys.executable, "-m", "frameflow.embedded", "run"],
        cwd=PROJECT_DIR,
        env=environ,
        preexec_fn=lambda: linux.die_with_parent(own_pid, signal.SIGTERM),
    )


def _address(process: children.Process, folder: DataFolder) -> str:
    def url() -> str:
        return register.running(folder.root).get("WEB_URL", "")

    children.wait_until(lambda: bool(url()) or process.poll() is not None, within_s=READY_WITHIN_S)
    if not url():
        raise Unsuccessful(f"Frame Flow did not start; see {folder.logs}.")
    return url()
