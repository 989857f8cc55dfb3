"""No path, no TCP, no signal to others: Landlock (Linux 5.13, `landlock(7)`) without any rule."""

import ctypes
import os
from typing import Final

# The same numbers on every architecture.
CREATE_RULESET, RESTRICT_SELF = 444, 446
ASK_VERSION: Final = 1
#: What each version of the interface can deny: files, TCP, and what reaches other processes.
FILES: Final = ((5, 0xFFFF), (3, 0x7FFF), (2, 0x3FFF), (1, 0x1FFF))
TCP_SINCE, TCP = 4, 0x3
SCOPES_SINCE, SCOPES = 6, 0x3  # abstract unix sockets, signals


class _Attributes(ctypes.Structure):
    _fields_ = (
        ("handled_access_fs", ctypes.c_uint64),
        ("handled_access_net", ctypes.c_uint64),
        ("scoped", ctypes.c_uint64),
    )


def version() -> int:
    """Return the version of Landlock's interface in this kernel, 0 without one."""
    return max(0, _call(CREATE_RULESET, None, 0, ASK_VERSION))


def forbid_paths() -> None:
    """Deny this thread, and those it starts, all that Landlock can deny, for good.

    Needs `no_new_privs`. Raises OSError.
    """
    have = version()
    if not have:
        raise OSError("this kernel has no Landlock")
    asked = _Attributes(
        next(bits for since, bits in FILES if have >= since),
        TCP if have >= TCP_SINCE else 0,
        SCOPES if have >= SCOPES_SINCE else 0,
    )
    ruleset = _checked(_call(CREATE_RULESET, ctypes.byref(asked), ctypes.sizeof(asked), 0))
    try:
        _checked(_call(RESTRICT_SELF, ruleset, 0))
    finally:
        os.close(ruleset)


def _call(number: int, *arguments: object) -> int:
    libc = ctypes.CDLL(None, use_errno=True)
    words = [ctypes.c_long(each) if isinstance(each, int) else each for each in arguments]
    return int(libc.syscall(ctypes.c_long(number), *words))


def _checked(result: int) -> int:
    if result < 0:
        raise OSError(ctypes.get_errno(), "landlock")
    return result
