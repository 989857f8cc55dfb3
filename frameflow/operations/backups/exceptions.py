"""How a backup and a restore can refuse."""


class Refused(Exception):
    """It was not done; the message says why, and what to do."""
