"""Processes of the world: each goes on one step at a time, may be paused, and may be killed.

A step goes on to where the actor pauses: at the beginning of whatever others can see. There it
holds no lock and no open transaction, so all of them may share what they are connected to.
"""

from collections.abc import Callable

from greenlet import getcurrent, greenlet


class Killed(BaseException):
    """kill -9: whatever the dead one still tries has no effect."""


class Actor(greenlet):
    """One process doing one thing."""

    def __init__(self, name: str, deed: Callable[[], object]) -> None:
        super().__init__()
        self.name, self._deed = name, deed
        self.is_killed = False

    def run(self) -> None:
        """Do it to the end, or to a violent one."""
        try:
            self._deed()
        except Killed:
            self.is_killed = True

    def step(self) -> None:
        """Go on until the next pause, or to the end."""
        self.switch()

    def kill(self) -> None:
        """End it where it stands."""
        self.is_killed = True
        self.throw(Killed())  # one that never began ends as well

    @property
    def is_at_work(self) -> bool:
        return not self.dead


def acting() -> Actor | None:
    """Return who acts; None where the world itself does."""
    now = getcurrent()
    return now if isinstance(now, Actor) else None


def pause() -> None:
    """Let others come first: called wherever an actor is about to do what others can see."""
    actor = acting()
    if actor is not None:
        refuse_the_dead()
        assert actor.parent is not None
        actor.parent.switch()
        refuse_the_dead()


def refuse_the_dead() -> None:
    """Raise `Killed` where a dead one still tries something: kill -9 runs no `finally`."""
    actor = acting()
    if actor is not None and actor.is_killed:
        raise Killed
