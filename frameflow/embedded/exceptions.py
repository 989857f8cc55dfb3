"""Why something cannot start."""


class CannotStart(Exception):
    """One sentence that tells a person what to correct."""
