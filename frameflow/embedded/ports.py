"""TCP ports on this machine."""

import errno
import json
import random
import socket
from pathlib import Path

from frameflow.embedded.exceptions import CannotStart

LOOPBACK = "127.0.0.1"
#: Below the range from which systems take the ports of clients: a client that keeps asking for a
#: dead server could else be given that very port, connect to itself, and keep the server away.
RANGE = range(15_000, 30_000)


def is_free(port: int, host: str = LOOPBACK) -> bool:
    """Tell whether a server could listen here now."""
    try:
        _try(host, port)
    except OSError:
        return False
    return True


def free_port() -> int:
    """Return a port of RANGE where nobody listens now."""
    return next(port for port in random.sample(RANGE, len(RANGE)) if is_free(port))


def usual_port(file: Path, server: str) -> int:
    """Return the port that a server had last time, or a new one; kept in a JSON file."""
    try:
        ports = dict(json.loads(file.read_text()))
    except (OSError, ValueError):
        ports = {}
    if not is_free(port := int(ports.get(server, 0))) or port == 0:
        port = free_port()
    file.write_text(json.dumps({**ports, server: port}))
    return port


def require_free(host: str, port: int) -> None:
    """Raise `CannotStart` where the web process could not listen."""
    try:
        _try(host, port)
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            raise CannotStart(f"port {port} is taken; choose another: PORT={port + 1}.") from error
        raise CannotStart(f"cannot listen on {host}:{port}: {error.strerror}.") from error


def _try(host: str, port: int) -> None:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.create_server((host, port), family=family):
        pass
