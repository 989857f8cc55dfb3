"""Lighthouse on every page, how long a person waits, and our upload beside tus-js-client and Uppy.

    make bench-pages [ARGS="--part pages|moments|uploads --only NAME --rounds 1"]

Starts the product and makes a video ready. The pages are looked at as on a phone. Then the same
file goes over the same line of 8 MiB/s to the same server, from our start page and from the two
clients with their defaults: the connection is cut five times; nobody answers for 20 s; the browser
is offline for 25 s; the server is killed and the line cut; the page is loaded again and the same
file chosen. Medians of the rounds. Exit 1 where a page is not as it should be (a category below 95,
a layout that shifts by 0.05), or our own upload did not finish alone with the same bytes.
"""

import argparse
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final
from urllib.parse import urlsplit

from benchmarks.pages import lighthouse, moments, uploads
from benchmarks.pages.addresses import ADDRESSES
from benchmarks.pages.senders import SENDERS
from benchmarks.pages.troubles import TROUBLES
from tests import scripts
from tests.browser.scenery import make_scenery
from tests.e2e.client import Person
from tests.e2e.films import padded
from tests.e2e.stack import ROOT, Stack, running_stack

FILM_MIB: Final = 48
OURS: Final = next(iter(SENDERS))
PAGE: Final = "{:<19}{:>13}{:>15}{:>16}{:>6}{:>8}{:>8}"
UPLOAD: Final = "{:<18}{:<15}{:>7}{:>6}{:>17}{:>13}{:>9}  {}"
UPLOAD_HEAD: Final = ("trouble", "way", "alone", "same", "again, MiB", "goes on, s", "done, s", "")


def cast_of(stack: Stack) -> dict[str, Any]:
    """Return the people and videos of the browser's tests."""
    command = [sys.executable, "-m", "tests.browser.cast"]
    made = subprocess.run(
        command, cwd=ROOT, env=stack.environment, capture_output=True, text=True, check=True
    )
    people: dict[str, Any] = json.loads(made.stdout)
    return people


def words_of(stack: Stack, cast: dict[str, Any], film: Path) -> dict[str, str]:
    """Return what stands for the names in the addresses; makes a video ready, and a link to it."""
    with Person(stack, cast["owner"]["email"]) as person:
        ready = person.accepted(film, interval="1")["id"]
        person.ended(ready)
        wish = {"name": "a friend", "days": 7}
        link = person.http.post(f"videos/{ready}/shares/", json=wish).raise_for_status().json()
    return {**cast["videos"], "ready": ready, "shared": urlsplit(link["url"]).path}


def every_page(stack: Stack, film: Path, only: str, rounds: int) -> Iterator[tuple[str, Any]]:
    """Look at each page; yield its name and its row, None where nothing could be measured."""
    cast = cast_of(stack)
    words = words_of(stack, cast, film)
    print(PAGE.format("page", *lighthouse.CATEGORIES, "CLS", "LCP s"), flush=True)
    for address in (each for each in ADDRESSES if only in each.name):
        path = address.path.format(**words)
        try:
            session = cast["owner"]["session"]
            row = lighthouse.looked_at(stack.base, address, path, session, rounds)
        except lighthouse.NotMeasured as failure:
            print(f"{address.name:<19} not measured: {failure}", flush=True)
            yield address.name, None
            continue
        print(PAGE.format(address.name, *(row[each] for each in lighthouse.FIGURES)))
        print(*(f"    {each}\n" for each in row["faults"]), sep="", end="", flush=True)
        yield address.name, row


def every_upload(
    ground: uploads.Ground, only: str, rounds: int
) -> Iterator[tuple[tuple[str, str], Any]]:
    """Send the film in each way with each trouble, the ways taking turns; yield the rows."""
    print(UPLOAD.format(*UPLOAD_HEAD), flush=True)
    for trouble in (each for each in TROUBLES if only in each):
        seen: dict[str, list[uploads.Seen]] = {way: [] for way in SENDERS}
        for _round in range(rounds):
            for way in SENDERS:
                seen[way].append(uploads.sent(ground, way, trouble))
        for way in SENDERS:
            row = uploads.told(seen[way])
            print(_line(trouble, way, row, rounds), flush=True)
            yield (trouble, way), row


def _line(trouble: str, way: str, row: dict[str, Any], rounds: int) -> str:
    again = _or_dash(row["again_mib"]) + (" a cut" if "cuts" in trouble else "")
    counts = f"{row['alone']}/{rounds}", f"{row['same']}/{rounds}"
    seconds = _or_dash(row["goes_on_s"]), _or_dash(row["done_s"])
    return UPLOAD.format(trouble, way, *counts, again, *seconds, row["said"][:60]).rstrip()


def _or_dash(figure: float | None) -> str:
    return "-" if figure is None else str(figure)


def measured(given: argparse.Namespace, scratch: Path) -> dict[str, Any]:
    """Measure what is asked for."""
    scenery = make_scenery(scratch / "holiday.mp4", seconds=25)
    film = padded(scenery, scratch / "film.mp4", FILM_MIB)
    found: dict[str, Any] = {"cores": os.cpu_count(), "load": os.getloadavg()[0]}
    with running_stack(scratch / "stack", "web", "bus", "worker-1") as stack:
        if given.part in ("all", "pages"):
            rows = every_page(stack, scenery, given.only, given.rounds)
            found |= {"tool": lighthouse.PACKAGE, "pages": dict(rows)}
        with uploads.standing(stack, film) as ground:
            found |= _by_hand(ground, given, scratch)
    return found


def _by_hand(ground: uploads.Ground, given: argparse.Namespace, scratch: Path) -> dict[str, Any]:
    found: dict[str, Any] = {}
    if given.part in ("all", "moments"):
        found["moments"] = dict(moments.moments(ground, scratch, given.rounds))
    if given.part in ("all", "uploads"):
        sent = every_upload(ground, given.only, given.rounds)
        found["versions"] = {each.package: each.version for each in scripts.pinned().values()}
        found["uploads"] = [{"trouble": t, "way": w, **row} for (t, w), row in sent]
    return found


def is_good(found: dict[str, Any], rounds: int) -> bool:
    """Return whether the pages and our own upload are as they should be."""
    ours = [each for each in found.get("uploads", ()) if each["way"] == OURS]
    are_pages_good = all(map(lighthouse.is_good, found.get("pages", {}).values()))
    return are_pages_good and all(each["same"] == each["alone"] == rounds for each in ours)


def main() -> int:
    """Measure, print tables, and write JSON."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.pages", description=__doc__)
    parser.add_argument("--output", type=Path, default=ROOT / ".bench" / "pages.json")
    parser.add_argument("--part", choices=["all", "pages", "moments", "uploads"], default="all")
    parser.add_argument("--only", default="", help="what has this in its name")
    parser.add_argument("--rounds", type=int, default=3)
    given = parser.parse_args()
    if given.part in ("all", "pages"):
        lighthouse.lighthouse()
    with TemporaryDirectory() as folder:
        found = measured(given, Path(folder))
    given.output.parent.mkdir(parents=True, exist_ok=True)
    given.output.write_text(json.dumps(found, indent=1))
    print(given.output)
    return 0 if is_good(found, given.rounds) else 1


if __name__ == "__main__":
    sys.exit(main())
