"""What a context keeps of the conversation: `Ledger`, and its form in the context's own schema."""

from functools import cache

from frameflow.bus.ledger.base import Due, Ledger, Taken

__all__ = ["Due", "Ledger", "Taken", "ledger_of"]


@cache
def ledger_of(alias: str) -> Ledger:
    """Return the ledger in a context's own schema."""
    from frameflow.bus.ledger.postgres import PostgresLedger  # models load after this package

    return PostgresLedger(alias)
