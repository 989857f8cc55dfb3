"""The servers that nobody configured: started together, announced, stopped together."""

from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field

from frameflow.embedded import children, register
from frameflow.embedded.folder import DataFolder
from frameflow.embedded.postgres import Postgres
from frameflow.embedded.server import Server
from frameflow.embedded.valkey import Valkey
from frameflow.variables import servers as variables


@dataclass
class Servers:
    """What runs: `processes` by server, `urls` by variable name."""

    urls: dict[str, str] = field(default_factory=dict)
    processes: dict[Server, children.Process] = field(default_factory=dict)

    def respawn(self, server: Server) -> children.Process:
        """Start a server again that has died, on its port, and do not wait."""
        self.processes[server] = server.spawn()
        return self.processes[server]

    def environment(self, environ: Mapping[str, str]) -> dict[str, str]:
        """Return `environ` with our URLs where it has none; never the superuser's."""
        given = {name: value for name, value in environ.items() if value}
        return {**self.urls_for(environ), **given}

    def urls_for(self, environ: Mapping[str, str]) -> dict[str, str]:
        """Return our URLs by the variables that `environ` leaves open."""
        wanted = [variables.REDIS_URL]
        if not variables.DATABASE_URL.read(environ):
            wanted += variables.DATABASE_URLS.values()
        names = {each.name for each in wanted if not each.read(environ)}
        return {name: url for name, url in self.urls.items() if name in names}


@contextmanager
def started(
    folder: DataFolder, environ: Mapping[str, str], *, fast: bool = False
) -> Iterator[Servers]:
    """Run the servers that `environ` has no URL for, until the end of the block.

    Raises `CannotStart`. Call it from the main thread, with the folder locked.
    """
    servers = Servers()
    with ExitStack() as stack:
        for server in _wanted(folder, environ, fast):
            servers.processes[server] = server.start()
            stack.callback(_stop, servers, server)
            servers.urls.update(server.urls())
        register.announce(folder.root, servers.urls)
        stack.callback(register.withdraw, folder.root)
        yield servers


def _wanted(
    folder: DataFolder, environ: Mapping[str, str], fast: bool
) -> Iterator[Postgres | Valkey]:
    every_context = all(each.read(environ) for each in variables.DATABASE_URLS.values())
    if not (variables.DATABASE_URL.read(environ) or every_context):
        yield Postgres(folder, fast=fast)
    if not variables.REDIS_URL.read(environ):
        yield Valkey(folder, fast=fast)


def _stop(servers: Servers, server: Server) -> None:
    # The supervisor may have replaced the process meanwhile.
    server.stop(servers.processes[server])
