"""What the documents tell people to paste does what they say."""

import os
import re
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from tests.e2e.client import names_in
from tests.e2e.stack import ROOT, Stack
from tests.e2e.test_main_job import NAMES

ADDRESS = "http://127.0.0.1:8000"
LISTED = [*NAMES, "manifest.json", "manifest.csv"]
REFUSED = "urn:frameflow:problem:"
PATIENCE_S = 60


def pasted(page: str, language: str, holding: str, stack: Stack, email: str) -> str:
    """Return the one block of a page that holds a word, for this stack and another account."""
    blocks = re.findall(rf"^```{language}\n(.*?)^```", (ROOT / page).read_text(), re.M | re.S)
    [block] = [each for each in blocks if holding in each]
    assert isinstance(block, str)
    return block.replace(ADDRESS, stack.base).replace("me@example.com", email)


def run(command: list[str], folder: Path) -> subprocess.CompletedProcess[str]:
    """Run what was pasted in a folder that holds `video.mp4`, with nothing of ours around it."""
    done = subprocess.run(
        command,
        cwd=folder,
        env={"PATH": os.environ["PATH"]},
        capture_output=True,
        text=True,
        timeout=PATIENCE_S,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done


@pytest.fixture
def folder(tmp_path: Path, clip: Path) -> Path:
    shutil.copy(clip, tmp_path / "video.mp4")
    return tmp_path


def test_the_lines_of_the_readme_and_of_the_quick_start_bring_the_frames(
    stack: Stack, folder: Path
) -> None:
    readme = pasted("README.md", "sh", "auth/register", stack, "curl@example.com")
    more = pasted("docs/quickstart.md", "sh", "manifest/?format=csv", stack, "curl@example.com")
    done = run(["bash", "-c", f"{readme}\n{more}"], folder)
    assert REFUSED not in done.stdout
    assert "0003_00-00-20.jpg" in done.stdout  # the manifest as CSV
    [saved] = folder.glob("frames-*.zip")
    assert names_in(saved.read_bytes()) == LISTED


def test_the_script_in_python_brings_the_frames_twice(stack: Stack, folder: Path) -> None:
    page = "docs/howto/use-the-api-from-python.md"
    script = folder / "frames.py"
    script.write_text(pasted(page, "python", "def main", stack, "python@example.com"))
    for _ in range(2):  # the account is there already the second time
        done = run([sys.executable, "frames.py", "video.mp4"], folder)
        assert done.stdout.endswith("video-frames.zip: 3 frames\n")
    with zipfile.ZipFile(folder / "video-frames.zip") as saved:
        assert saved.namelist() == LISTED


def test_the_script_ends_with_the_services_own_words(stack: Stack, folder: Path) -> None:
    (folder / "video.mp4").write_bytes(b"this is no video")
    page = "docs/howto/use-the-api-from-python.md"
    script = pasted(page, "python", "def main", stack, "words@example.com")
    done = subprocess.run(
        [sys.executable, "-c", script], cwd=folder, capture_output=True, text=True, check=False
    )
    assert done.returncode == 1
    assert "Traceback" not in done.stderr
    assert done.stderr.strip()


def test_the_script_for_datasets_goes_through_a_folder_once(stack: Stack, folder: Path) -> None:
    (folder / "videos").mkdir()
    shutil.copy(folder / "video.mp4", folder / "videos" / "film.mp4")
    (folder / "videos" / "no.mp4").write_bytes(b"this is no video")
    page = "docs/howto/make-a-dataset.md"
    script = folder / "dataset.py"
    script.write_text(pasted(page, "python", "Idempotency-Key", stack, "dataset@example.com"))
    command = [sys.executable, "dataset.py", "videos", "frames"]
    first, second = run(command, folder).stdout, run(command, folder).stdout
    assert first.startswith("frames/film.mp4.zip: 3 frames\nleft out: no.mp4: ")
    assert second == first.partition("\n")[2]  # what is there is left alone
    with zipfile.ZipFile(folder / "frames" / "film.mp4.zip") as saved:
        assert len([name for name in saved.namelist() if name.endswith(".jpg")]) == 3
