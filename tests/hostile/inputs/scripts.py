"""Programs and texts that some demuxer takes for a video, or runs."""

import random
from collections.abc import Callable
from typing import Final

from tests.hostile.registry import Place, add

STORY: Final = "once upon a time there was a story that nobody wanted to see as a film\n" * 100
COLOURS: Final = "\x1b[31mred\x1b[0m\x1b[2J\x1b[H\x1b[1;44mblue\x1b[999;999Hfar\n" * 200

#: Name: what the file is called, what it holds, what a careless program does with it.
TEXTS: Final[dict[str, tuple[str, Callable[[Place], str], str | None]]] = {
    "story": ("story.txt", lambda _: STORY, "shows"),
    "story_in_colours": ("story.ans", lambda _: COLOURS, "shows"),
    "long_story": ("story.nfo", lambda _: STORY * 100, None),
    "subtitles_srt": ("a.srt", lambda _: "1\n00:00:00,000 --> 00:00:09,000\nHello\n", None),
    "subtitles_ass": ("a.ass", lambda _: "[Script Info]\n[Events]\nDialogue: 0,0:00:00.00", None),
    "subtitles_vtt": ("a.vtt", lambda _: "WEBVTT\n\n00:00.000 --> 00:09.000\nHello\n", None),
    "subtitles_sami": ("a.smi", lambda _: "<SAMI><BODY><SYNC Start=0>x</SYNC></BODY></SAMI>", None),
    "metadata": ("a.ffmeta", lambda _: ";FFMETADATA1\ntitle=x\n[CHAPTER]\nSTART=0\nEND=9\n", None),
    "filter_graph": ("a.lavfi", lambda place: f"movie={place.neighbour}", None),
    "filter_graph_of_noise": ("a.lavfi", lambda _: "testsrc2=size=9999x9999:rate=1000", None),
    "avisynth": ("a.avs", lambda place: f'DirectShowSource("{place.neighbour}")\n', None),
    "vapoursynth": ("a.vpy", lambda _: "import os\nos.system('true')\n", None),
    "python": ("a.py", lambda _: "#!/usr/bin/env python3\nprint('x')\n", None),
    "shell": ("a.sh", lambda _: "#!/bin/sh\nid > /tmp/frameflow-hostile\n", None),
    "page": ("a.html", lambda p: f"<!doctype html><video src='{p.url}'></video>", None),
    "drawing": ("a.svg", lambda p: f"<svg xmlns='http://www.w3.org/2000/svg'><image href='{p.url}'"
                "/></svg>", None),
    "drawing_with_entities": ("a.svg", lambda _: "<?xml version='1.0'?><!DOCTYPE x [<!ENTITY a "
                "'aaaaaaaaaa'><!ENTITY b '&a;&a;&a;&a;&a;&a;&a;&a;'>]><svg>&b;</svg>", None),
    "json": ("a.json", lambda _: '{"a":' * 20_000, None),
    "typescript": ("a.ts", lambda _: "G" + "export const x = 1;\n" * 400, None),
    "letters_g": ("a.ts", lambda _: "G" * 200_000, None),
    "midi_text": ("a.rtx", lambda _: "<window type='generic'><time begin='0'/>x", None),
}  # fmt: skip


def _written(text: Callable[[Place], str]) -> Callable[[Place], bytes]:
    return lambda place: text(place).encode()


for _name, (_file, _text, _harm) in TEXTS.items():
    add(f"text_{_name}", _written(_text), "unreadable", "unsupported_type", file=_file, harm=_harm)

NOISE: Final = random.Random(1).randbytes(100_000)  # noqa: S311 - the same each time
#: Name: first bytes, and what must come of a file that begins with them.
HEADS: Final[dict[str, tuple[bytes, str]]] = {
    "nothing": (b"", "empty"),
    "one_byte": (b"\0", "unreadable"),
    "zeros": (bytes(300_000), "unreadable"),
    "ones": (b"\xff" * 300_000, "unreadable"),
    "noise": (NOISE, "unreadable"),
    "program": (b"\x7fELF\x02\x01\x01" + NOISE, "unreadable"),
    "windows_program": (b"MZ\x90\0" + NOISE, "unreadable"),
    "archive": (b"PK\x03\x04" + NOISE, "unsupported_type"),
    "document": (b"%PDF-1.7\n" + NOISE, "unreadable"),
    "flash_program": (b"FWS\x09" + NOISE, "unreadable"),
    "lottery": (b"\x1a\x45\xdf\xa3" + NOISE, "unreadable"),
    "boxes_of_noise": (b"\0\0\0\x18ftypisom" + NOISE, "unreadable"),
    "riff_of_noise": (b"RIFF\xff\xff\xff\xffAVI " + NOISE, "unreadable"),
    "flash_of_noise": (b"FLV\x01\x05\0\0\0\x09" + NOISE, "unreadable"),
    "pack_of_noise": (b"\0\0\x01\xba" + NOISE, "unreadable"),
}


def _constant(data: bytes) -> Callable[[Place], bytes]:
    return lambda _: data


for _name, (_head, _code) in HEADS.items():
    add(f"file_of_{_name}", _constant(_head), _code, "no_video" if len(_head) > 9 else _code)
