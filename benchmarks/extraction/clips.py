"""The clips of the bench: what each is, the exact command that makes it, and its making, once."""

import ctypes
import shlex
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import imageio_ffmpeg

from benchmarks.extraction.footage import FILM, SMALL_FILM, bench_folder, films

PR_CAPBSET_DROP, CAP_SYS_NICE = 24, 23
_libc = ctypes.CDLL(None)
# A hand that is not still, and the noise of a sensor.
HAND: Final = (
    "crop=1880:1058:20+14*sin(n/9)+5*sin(n*1.1):11+7*sin(n/7)+3*sin(n*1.7),"
    "scale=1920:1080,noise=alls=9:allf=t"
)


@dataclass(frozen=True)
class Clip:
    """A file of the bench.

    `made_of` is the film or another clip, repeated up to `seconds`; `by` says how it is encoded,
    `-c copy` repeats the packets of another clip as they are.
    """

    name: str
    file: str
    about: str
    seconds: int
    by: str
    made_of: str = FILM

    @property
    def path(self) -> Path:
        """Return where the clip is, or will be."""
        return bench_folder() / self.file

    def command(self) -> list[str]:
        """Return what makes it."""
        source = films() / self.made_of
        if self.made_of not in (FILM, SMALL_FILM):
            source = bench_folder() / self.made_of
        repeated = ["-stream_loop", "-1", "-i", str(source), "-map", "0:v:0", "-an"]
        ended = ["-t", str(self.seconds), str(self.path.with_stem(f"{self.path.stem}.new"))]
        program = imageio_ffmpeg.get_ffmpeg_exe()
        return [program, "-y", "-v", "error", *repeated, *shlex.split(self.by), *ended]

    def said_command(self) -> str:
        """Return the command as a person would type it."""
        words = [Path(word).name if word.startswith("/") else word for word in self.command()]
        return shlex.join(["ffmpeg", *words[4:-1], self.file])


X264: Final = "-c:v libx264 -threads 2"
FIXED: Final = "-sc_threshold 0 -g {gop} -keyint_min {gop}"
COPY: Final = "-c copy"
CLIPS: Final = (
    Clip("h264", "x264.mp4", "H.264, x264 as it comes: GOP 10 s", 120, X264),
    Clip(
        *("h264-gop2", "gop2.mp4", "H.264, GOP 2 s", 120),
        f"{X264} -preset veryfast {FIXED.format(gop=48)}",
    ),
    Clip(
        *("h264-gop1", "gop1.mp4", "H.264, GOP 1 s, no B-frames", 120),
        f"{X264} -preset veryfast -bf 0 {FIXED.format(gop=24)}",
    ),
    Clip(
        *("phone", "phone.mp4", "as from a phone: noise, hand-shake, 17 Mbit/s, GOP 1 s", 120),
        f"-vf fps=30,{HAND} {X264} -preset veryfast -bf 0 {FIXED.format(gop=30)}"
        " -b:v 17M -maxrate 20M -bufsize 20M",
    ),
    Clip(
        *("camera", "camera.mp4", "noise and hand-shake, x264: GOP 10 s", 120),
        f"-vf {HAND} {X264} -preset fast -b:v 6M",
    ),
    Clip(
        *("hevc", "hevc.mp4", "HEVC, x265: GOP 10 s", 120),
        "-c:v libx265 -preset fast -x265-params log-level=none:pools=2 -tag:v hvc1",
    ),
    Clip(
        *("vp9", "vp9.webm", "VP9, 720p, libvpx in its fast mode", 120),
        "-vf scale=1280:720 -c:v libvpx-vp9 -deadline realtime -cpu-used 8 -b:v 2M -threads 2",
    ),
    Clip("av1", "av1.mp4", "AV1, SVT-AV1", 120, "-c:v libsvtav1 -preset 10"),
    Clip("mpeg4", "mpeg4.avi", "MPEG-4 in AVI", 120, "-c:v mpeg4 -q:v 5"),
    Clip(
        *("4k-30s", "4k-30s.mp4", "H.264, 3840x2160", 30),
        f"-vf scale=3840:2160 {X264} -preset veryfast",
    ),
    Clip("4k", "4k.mp4", "4k-30s, repeated: GOP 10 s", 120, COPY, "4k-30s.mp4"),
    Clip("h264-10min", "x264-10min.mp4", "h264, repeated", 600, COPY, "x264.mp4"),
    Clip("h264-100mb", "gop2-100mb.mp4", "h264-gop2, repeated: 100 MB", 208, COPY, "gop2.mp4"),
    Clip("hevc-10min", "hevc-10min.mp4", "hevc, repeated", 600, COPY, "hevc.mp4"),
    Clip("vp9-10min", "vp9-10min.webm", "vp9, repeated", 600, COPY, "vp9.webm"),
    Clip("av1-10min", "av1-10min.mp4", "av1, repeated", 600, COPY, "av1.mp4"),
    Clip(
        *("low-2min", "low-2min.mp4", "H.264, 640x360, low bit rate, GOP 10 s", 120),
        f"-vf scale=640:360 {X264} -preset fast -crf 30",
        SMALL_FILM,
    ),
    Clip("low-10min", "low-10min.mp4", "low-2min, repeated", 600, COPY, "low-2min.mp4"),
    Clip("low-2h", "low-2h.mp4", "low-2min, repeated", 7200, COPY, "low-2min.mp4"),
    Clip("tiny", "tiny.mp4", "one second, 480p", 1, X264, SMALL_FILM),
)
BY_NAME: Final = {clip.name: clip for clip in CLIPS}


def clip(name: str) -> Clip:
    """Return a clip that is there; what it is made of is made before it."""
    found = BY_NAME[name]
    if not found.path.exists():
        for other in CLIPS:
            if other.file == found.made_of:
                clip(other.name)
        _make(found)
    return found


def _make(wanted: Clip) -> None:
    print(f"making {wanted.file}: {wanted.said_command()}", flush=True)
    command = wanted.command()
    Path(command[-1]).parent.mkdir(parents=True, exist_ok=True)
    subprocess.run(command, check=True, preexec_fn=_without_real_time)
    Path(command[-1]).rename(wanted.path)


def _without_real_time() -> None:
    """Give up CAP_SYS_NICE: SVT-AV1, run as root, would make its threads real-time."""
    _libc.prctl(PR_CAPBSET_DROP, CAP_SYS_NICE, 0, 0, 0)
