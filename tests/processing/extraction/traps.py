"""Clips of the structures that catch extractors, made by ffmpeg's own command line."""

import subprocess
from pathlib import Path
from typing import Final

import imageio_ffmpeg

from tests.media import X265, own_priority

PICTURE: Final = "testsrc2=size=128x96:rate=25:duration={seconds},noise=alls=8:allf=t"
SOUND: Final = "sine=frequency=440:sample_rate=48000:duration={seconds}"
X264: Final = "-c:v libx264 -threads 1 -preset veryfast -bf 3 -g 20 -pix_fmt yuv420p"
HEVC: Final = "-c:v libx265 -preset ultrafast -pix_fmt yuv420p -x265-params"
VP9: Final = "-c:v libvpx-vp9 -cpu-used 8 -g 25"
OPEN: Final = f"{X265}:open-gop=1:keyint=20:min-keyint=20:bframes=3"

#: Name of the file: seconds of pictures, and how they are encoded and muxed.
ENCODED: Final = {
    "fields.mp4": (4, f"{X264} -flags +ildct+ilme -x264-params tff=1"),
    "fields.ts": (4, f"{X264} -flags +ildct+ilme -x264-params bff=1"),
    "program_of_fields.mpg": (4, "-c:v mpeg2video -bf 2 -g 15 -flags +ildct+ilme"),
    "slices.mp4": (4, f"{X264} -x264-params slices=4:ref=8:b-pyramid=normal"),
    "baseline.mp4": (4, "-c:v libx264 -threads 1 -profile:v baseline -g 20 -pix_fmt yuv420p"),
    "no_latency.mp4": (4, f"{X264} -tune zerolatency"),
    "many_references.mkv": (4, f"{X264} -x264-params ref=16:bframes=8:b-adapt=2"),
    "lossless.mp4": (2, "-c:v libx264 -threads 1 -qp 0 -g 20 -pix_fmt yuv444p"),
    "wide.mkv": (4, f"{X264.replace('yuv420p', 'yuv422p10le')}"),
    "every_frame_a_fragment.mp4": (4, f"{X264} -bf 0 -movflags frag_every_frame+empty_moov"),
    "delayed_head.mp4": (4, f"{X264} -movflags frag_keyframe+delay_moov"),
    "hybrid.mp4": (4, f"{X264} -movflags hybrid_fragmented"),
    "negative_offsets.mp4": (4, f"{X264} -movflags negative_cts_offsets"),
    "no_edit_list.mp4": (4, f"{X264} -use_editlist 0"),
    "cues_first.mkv": (4, f"{X264} -cues_to_front 1"),
    "wrapped.ts": (4, f"{X264} -output_ts_offset 95441.7"),
    "far_start.mkv": (4, f"{X264} -output_ts_offset 3600.02 -avoid_negative_ts disabled"),
    "blu_ray.m2ts": (4, f"{X264} -mpegts_m2ts_mode 1"),
    "open.hevc.mp4": (4, f"{HEVC} {OPEN}"),
    "open.hevc.ts": (4, f"{HEVC} {OPEN}"),
    "pyramid.hevc.mkv": (4, f"{HEVC} {X265}:keyint=30:bframes=8:rc-lookahead=20"),
    "layers.hevc.mp4": (4, f"{HEVC} {X265}:keyint=30:temporal-layers=1"),
    "refreshed.hevc.mp4": (4, f"{HEVC} {X265}:keyint=30:intra-refresh=1"),
    "grain.av1.mp4": (2, "-c:v libsvtav1 -preset 10 -g 25 -svtav1-params film-grain=20:lp=1"),
    "low_delay.av1.mkv": (2, "-c:v libsvtav1 -preset 10 -g 25 -svtav1-params pred-struct=1:lp=1"),
    "forward.av1.mkv": (2, "-c:v libsvtav1 -preset 10 -g 25 -svtav1-params irefresh-type=1:lp=1"),
    "aom.av1.mkv": (2, "-c:v libaom-av1 -cpu-used 8 -g 25 -row-mt 0 -threads 1"),
    "resilient.vp9.webm": (4, f"{VP9} -deadline realtime -error-resilient 1"),
    "two_pictures.vp9.mp4": (4, f"{VP9} -auto-alt-ref 1 -lag-in-frames 16"),
}  # fmt: skip
#: Name of the file: what is made of `gops.mp4`, without encoding anything.
COPIED: Final = {
    "cut.mp4": "-ss 1.3 -i {gops} -c copy",
    "cut_before_zero.mp4": "-ss 1.3 -i {gops} -c copy -avoid_negative_ts disabled",
    "cut.mkv": "-ss 1.3 -i {gops} -c copy",
    "cut.ts": "-ss 1.3 -i {gops} -c copy",
    "late_picture.mp4": "-itsoffset 1.5 -i {gops} -i {gops} -map 0:v -map 1:a -c copy",
    "late_sound.mp4": "-itsoffset 1.5 -i {gops} -i {gops} -map 1:v -map 0:a -c copy",
    "two_streams.mp4": "-i {gops} -i {other} -map 0:v -map 1:v -map 0:a -c copy",
    "two_streams.mkv": "-i {other} -i {gops} -map 0:v -map 1:v -c copy",
    "not_default.mkv": "-i {gops} -i {other} -map 0:v -map 1:v -c copy -disposition:v:1 default",
    "slower.mp4": "-itsscale 2.5 -i {gops} -c copy",
    "subtitled.mkv": "-i {gops} -i {words} -map 0 -map 1 -c copy",
    "subtitled.mp4": "-i {gops} -i {words} -map 0 -map 1 -c copy -c:s mov_text",
    "longer_sound.mp4": "-i {gops} -i {sound} -map 0:v -map 1:a -c:v copy -c:a aac",
}
ORDINARY: Final = (4, X264)
OTHER: Final = (3, "-c:v libx264 -threads 1 -g 7 -pix_fmt yuv420p -vf negate")


def trap(name: str, folder: Path) -> Path:
    """Make a clip; returns its path."""
    path = folder / name
    if name in ENCODED:
        return _encode(path, *ENCODED[name])
    sources = {
        "gops": _encode(folder / "gops.mp4", *ORDINARY),
        "other": _encode(folder / "other.mp4", *OTHER),
        "sound": _run(folder / "sound.wav", f"-f lavfi -i {SOUND.format(seconds=9)}"),
        "words": _words(folder / "words.srt"),
    }
    return _run(path, COPIED[name].format(**sources))


def _words(path: Path) -> Path:
    path.write_text("1\n00:00:00,500 --> 00:00:02,000\nHello\n")
    return path


def _encode(path: Path, seconds: int, words: str) -> Path:
    picture, sound = PICTURE.format(seconds=seconds), SOUND.format(seconds=seconds)
    inputs = f"-f lavfi -i {picture} -f lavfi -i {sound} -map 0:v -map 1:a"
    codec = "libopus" if path.suffix == ".webm" else "mp2" if path.suffix == ".mpg" else "aac"
    return _run(path, f"{inputs} {words} -c:a {codec}")


def _run(path: Path, words: str) -> Path:
    program = imageio_ffmpeg.get_ffmpeg_exe()
    with own_priority():
        command = [program, "-v", "error", "-y", *words.split(), str(path)]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return path
