"""What a number of schedules has shown."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

#: So often each point is to be met over a long run.
ENOUGH = 100


@dataclass(frozen=True)
class Violation:
    """A seed that broke a promise."""

    rung: int
    seed: int
    breach: str
    trace: tuple[str, ...]

    def __str__(self) -> str:
        again = (
            f"python -m tests.simulation --rung {self.rung} --start {self.seed} --seeds 1 --trace"
        )
        return f"seed {self.seed}: {self.breach}\n  again: {again}"


@dataclass
class Report:
    """Counts of one process, or of several together."""

    schedules: int = 0
    seconds: float = 0.0
    violations: list[Violation] = field(default_factory=list)
    passed: Counter[str] = field(default_factory=Counter)
    met: Counter[str] = field(default_factory=Counter)

    def __iadd__(self, other: "Report") -> "Report":
        """Take in what another process did at the same time."""
        self.schedules += other.schedules
        self.seconds = max(self.seconds, other.seconds)
        self.violations += other.violations
        self.passed.update(other.passed)
        self.met.update(other.met)
        return self

    def lines(self) -> Iterator[str]:
        """Yield the report as text."""
        yield from (f"  {count:>8}  {point}" for point, count in sorted(self.met.items()))
        deaths = {point for point in self.passed if " world: " not in point}
        seldom = sorted(point for point in deaths if self.met[point] < ENOUGH)
        yield f"{len(deaths)} points of death; {sum(self.met.values())} faults met"
        yield f"met fewer than {ENOUGH} times: {len(seldom)}" + (f": {seldom}" if seldom else "")
        a_minute = 60 * self.schedules / self.seconds if self.seconds else 0
        yield f"{self.schedules} schedules in {self.seconds:.1f} s: {a_minute:.0f} a minute"
        yield f"{len(self.violations)} violations"
        yield from (str(violation) for violation in self.violations[:20])
