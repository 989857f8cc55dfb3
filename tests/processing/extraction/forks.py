"""A fork server with another child than the real one."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from apps.processing.extraction.supervision import fork_server, spawning

ROGUE = "tests.processing.extraction.rogue_child"


@contextmanager
def forking(module: str) -> Iterator[None]:
    """Children serve as this module does; at the end their fork server is gone."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(fork_server, "CHILD_MODULE", module)
        patch.setattr(spawning, "_server", None)
        try:
            yield
        finally:
            if spawning._server is not None:
                spawning._server.close()
