"""What Linux offers to a parent: children that die with it, and a borrowed capability.

Elsewhere the calls do nothing. Sources: prctl(2), capabilities(7).
"""

import ctypes
import os
import sys
from pathlib import Path
from typing import Any

PR_SET_PDEATHSIG = 1
PR_SET_KEEPCAPS = 8
PR_SET_CHILD_SUBREAPER = 36
PR_CAP_AMBIENT = 47
PR_CAP_AMBIENT_RAISE = 2
CAP_DAC_OVERRIDE = 1
CAPABILITY_VERSION_3 = 0x20080522

ON_LINUX = sys.platform == "linux"
# Loaded here, not between fork and exec.
_libc = ctypes.CDLL(None, use_errno=True)


class _CapabilityHeader(ctypes.Structure):
    _fields_ = [("version", ctypes.c_uint32), ("pid", ctypes.c_int)]


class _Capabilities(ctypes.Structure):
    _fields_ = [(name, ctypes.c_uint32) for name in ("effective", "permitted", "inheritable")]


def die_with_parent(parent_pid: int, signal_number: int) -> None:
    """Ask for a signal when the thread that started this process ends.

    Called between fork and exec, after any change of user: that would forget it.
    """
    if not ON_LINUX:
        return
    _prctl(PR_SET_PDEATHSIG, signal_number)
    if os.getppid() != parent_pid:
        os._exit(1)  # the parent died before we could ask


def adopt_orphans() -> None:
    """Become the parent of every descendant whose own parent dies."""
    if ON_LINUX:
        _prctl(PR_SET_CHILD_SUBREAPER, 1)


def children_pids() -> set[int]:
    """Return our children, the adopted ones too; empty where the system does not tell."""
    lists = Path("/proc/self/task").glob("*/children")
    return {int(pid) for file in lists for pid in file.read_text().split()}


def become(uid: int, gid: int, *, override: bool) -> None:
    """Give up root between fork and exec; with `override`, keep CAP_DAC_OVERRIDE across exec."""
    if override and ON_LINUX:
        _prctl(PR_SET_KEEPCAPS, 1)
    os.setgroups([])
    os.setgid(gid)
    os.setuid(uid)
    if override and ON_LINUX:
        _keep_only(CAP_DAC_OVERRIDE)


def _keep_only(capability: int) -> None:
    bit = 1 << capability
    header = _CapabilityHeader(CAPABILITY_VERSION_3, 0)
    sets = (_Capabilities * 2)(_Capabilities(bit, bit, bit))
    _checked(_libc.capset(ctypes.byref(header), ctypes.byref(sets)))
    _prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_RAISE, capability)


def _prctl(option: int, *arguments: int) -> None:
    values: list[Any] = [ctypes.c_ulong(value) for value in (*arguments, 0, 0, 0, 0)[:4]]
    _checked(_libc.prctl(option, *values))


def _checked(result: int) -> None:
    if result != 0:
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number))
