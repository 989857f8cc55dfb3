"""An object that grows in the store of the world: what is held, and what is saved."""

from collections.abc import Callable

#: Saves bytes behind the first so many bytes of an object.
Save = Callable[[int, bytes], None]


class Growing:
    """One writer, behind the first `at` bytes. What was not saved dies with it, as what is less
    than a part does on its way to a bucket."""

    def __init__(self, save: Save, at: int) -> None:
        self._save, self._held = save, b""
        self.saved_bytes = at

    def write(self, data: bytes, /) -> object:
        """Hold the next bytes."""
        self._held += data
        return len(data)

    def save(self) -> None:
        """Let all that is held outlive this process."""
        if self._held:
            self._save(self.saved_bytes, self._held)
            self.saved_bytes, self._held = self.saved_bytes + len(self._held), b""

    def settle(self) -> None:
        """Nothing was kept of an earlier place."""
