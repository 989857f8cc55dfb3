"""Backups: all rows of one moment and every object that they name, in one folder."""

from frameflow.operations.backups.exceptions import Refused
from frameflow.operations.backups.restoring import restore
from frameflow.operations.backups.taking import take

__all__ = ["Refused", "restore", "take"]
