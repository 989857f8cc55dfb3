"""What the fork server says of a child: that it lives, and how it ended.

A leash is a socket for each child. Its supervisor holds one end and lets go of it to end the child,
however the supervisor itself ends; the fork server holds the other, and says two numbers.
"""

import socket
import struct
from typing import Final

NUMBER: Final = struct.Struct("!i")


def say(leash: socket.socket, number: int) -> None:
    """Say a process's id or an exit code, or an error as `-errno`. Raises OSError."""
    leash.sendall(NUMBER.pack(number))


def heard(leash: socket.socket) -> int | None:
    """Wait for a number; None where the fork server is gone. Raises TimeoutError."""
    try:
        said = leash.recv(NUMBER.size, socket.MSG_WAITALL)
    except ConnectionError:
        return None
    return int(NUMBER.unpack(said)[0]) if len(said) == NUMBER.size else None
