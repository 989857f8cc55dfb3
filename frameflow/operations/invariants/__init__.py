"""The promise, checked from the databases and the store alone.

Each check yields one sentence for each breach. Those whose name ends with `a` hold at every
moment, the others when the system is quiet. What is compared lies either in one database, and is
read in one statement; or in two, and then what follows is read before what it follows from, which
stays: so nothing that goes on meanwhile looks like a breach. The names are those of
docs/discussions/delivery-guarantees.md.
"""

from collections.abc import Callable

from frameflow.operations.invariants import endings, files, messages, work
from frameflow.operations.invariants.evidence import Breaches, Evidence

__all__ = ["ALWAYS", "INVARIANTS", "Breaches", "Evidence", "title_of"]

Check = Callable[[Evidence], Breaches]

INVARIANTS: dict[str, Check] = {
    "I1": endings.accepted_is_terminal,
    "I2": files.ready_has_one_good_zip,
    "I3": files.other_ends_leave_nothing,
    "I4": endings.saga_agrees_with_upload,
    "I4a": endings.one_ending_for_a_run,
    "I5a": endings.one_notice_of_a_kind,
    "I6": files.objects_have_owners,
    "I7": files.what_is_published_is_there,
    "I7a": files.published_by_the_publishing_fence,
    "I8a": messages.transitions_are_messages,
    "I9": messages.deliveries_are_acknowledged,
    "I9a": messages.nothing_is_forgotten,
    "I10a": messages.inbox_is_unique,
    "I11": work.keys_are_of_claims,
    "I11a": work.tries_and_fences_are_sound,
    "I12a": work.no_old_lease,
    "I13a": work.usage_is_the_sum,
    "I14": work.nobody_is_woken_for_nothing,
    "I14a": work.wake_ups_say_nothing,
}
ALWAYS = tuple(name for name in INVARIANTS if name.endswith("a"))


def title_of(name: str) -> str:
    """Return what a check looks at, in one line."""
    return (INVARIANTS[name].__doc__ or "").partition(": ")[2].splitlines()[0]
