"""Whom the servers run as: Postgres refuses to be root."""

import os
import pwd
import stat
from dataclasses import dataclass
from pathlib import Path

from frameflow.embedded import linux
from frameflow.embedded.exceptions import CannotStart

READ_AND_ENTER = stat.S_IROTH | stat.S_IXOTH


@dataclass(frozen=True, kw_only=True)
class Account:
    """A user of this machine. `override`: it may pass folders that are closed to it."""

    uid: int
    gid: int
    override: bool

    def take_over(self) -> None:
        """Become this user; called between fork and exec."""
        linux.become(self.uid, self.gid, override=self.override)


def prepare_home(home: Path, *, program: Path) -> Account | None:
    """Make the folder of a server and return whom to become to run `program`; None: ourselves.

    Root hands a new folder to `nobody` and respects the owner of an old one.
    """
    home.mkdir(mode=0o700, parents=True, exist_ok=True)
    owner = home.stat().st_uid
    if os.geteuid() != 0:
        if owner != os.geteuid():
            raise CannotStart(f"{home} belongs to another user ({_name(owner)}).")
        return None
    person = pwd.getpwuid(owner) if owner else pwd.getpwnam("nobody")
    os.chown(home, person.pw_uid, person.pw_gid)
    override = not (_open_to_all(program) and _parents_open_to_all(home))
    return Account(uid=person.pw_uid, gid=person.pw_gid, override=override)


def _open_to_all(path: Path) -> bool:
    mode = path.stat().st_mode
    return mode & READ_AND_ENTER == READ_AND_ENTER and _parents_open_to_all(path)


def _parents_open_to_all(path: Path) -> bool:
    return all(parent.stat().st_mode & stat.S_IXOTH for parent in path.resolve().parents)


def _name(uid: int) -> str:
    try:
        return pwd.getpwuid(uid).pw_name
    except KeyError:
        return str(uid)
