"""The table of a run, for people."""

import os
import platform
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from statistics import median

from tests.chaos.history import Recovery, share
from tests.chaos.plan import POINTS
from tests.chaos.run import Result

SLOWEST = 8


def report(result: Result, *, seed: int, uploads: int, faults: int) -> str:
    """Return the table."""
    return "\n".join(_lines(result, seed, uploads, faults))


def _lines(result: Result, seed: int, uploads: int, faults: int) -> Iterator[str]:
    storm, verdict = result.storm, result.verdict
    load = " ".join(f"{each:.1f}" for each in os.getloadavg())
    yield f"machine        {platform.machine()}, {os.cpu_count()} cores, load {load}"
    took = f"{result.stormy_s:.0f} s"
    yield f"run            seed {seed}, {uploads} uploads, {faults} faults, {took}"
    swept_s = result.aftermath.swept_after_s
    yield f"quiet after    {result.quiet_s:.1f} s; swept {swept_s:.1f} s later"
    yield f"asked again    {result.repeated} times"
    yield ""
    yield "uploads"
    for (kind, conduct, outcome), number in sorted(verdict.outcomes.items()):
        yield f"  {number:5}  {kind:9} {conduct:20} {outcome}"
    yield f"  {verdict.zips} ZIPs opened, each with exactly its frames"
    yield (
        f"  {verdict.in_pieces} of them came in pieces: {result.cuts} pieces not acknowledged, "
        f"{result.begun_again} begun again"
    )
    yield f"  {verdict.poisoned} poison, whose child was killed twice in that run"
    yield f"  given up and tried again: {_told(verdict.gave_out)}"
    yield ""
    yield "faults"
    for what, number in storm.done.most_common():
        yield f"  {number:5}  {what}"
    yield f"  {storm.hits.total()} of {storm.count} at named points"
    yield f"  {storm.freezer.missed} orders not met, {storm.spared} jobs spared"
    yield f"  {storm.idle} found nothing to strike, and are not counted"
    for point in POINTS:
        found = {what: number for (at, what), number in storm.hits.items() if at == point}
        yield f"  {sum(found.values()):5}  {point}: {_told(found)}"
    yield f"  ended by themselves: {_told(Counter(result.ended_alone))}"
    yield ""
    yield from _recoveries(result)
    yield ""
    yield result.aftermath.invariants
    yield f"{len(result.breaches)} breaches"
    yield from (f"  {each}" for each in result.breaches[:50])


def _recoveries(result: Result) -> Iterator[str]:
    undisturbed_s = result.history.undisturbed_s()
    yield f"seconds                          {'n':>5} {'p50':>7} {'p99':>7} {'max':>7}"
    yield _row("undisturbed, claim to end", undisturbed_s)
    by_what: defaultdict[str, list[Recovery]] = defaultdict(list)
    for each in result.history.recoveries(result.storm.harms):
        by_what[each.harm.what].append(each)
    lost = result.history.lost_workers(result.storm.harms)
    yield _row("lost worker, kill to queue", [each.to_queue_s for each in lost])
    yield _row("lost worker, kill to next claim", [each.to_claim_s for each in lost])
    yield _row("lost worker, kill to end", [each.to_end_s for each in lost])
    yield _row("lost worker, added delay", [each.added_s for each in lost])
    for what, found in sorted(by_what.items()):
        yield _row(f"{what}, added", [each.added_s for each in found])
    yield "the slowest of these, from the kill to the next claim"
    for each in sorted(lost, key=lambda each: -each.to_claim_s)[:SLOWEST]:
        at = f"{each.harm.at - result.storm.began_at:6.0f} s"
        where = each.harm.where or "anywhere"
        waited = f"{each.to_queue_s:.1f} + {each.to_claim_s - each.to_queue_s:.1f} s"
        yield f"  at {at}: {each.harm.what}, {where}: {waited}, job {each.harm.job}"


def _row(name: str, values: Iterable[float]) -> str:
    known = [each for each in values if each == each]
    if not known:
        return f"  {name:31} {0:5}"
    return (f"  {name:31} {len(known):5} {median(known):7.1f} {share(known, 99):7.1f} "
            f"{max(known):7.1f}")  # fmt: skip


def _told(counted: "dict[str, int] | Counter[str]") -> str:
    return ", ".join(f"{number} {what}" for what, number in sorted(counted.items())) or "none"
