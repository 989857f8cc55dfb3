"""What the child gives up before it looks at the first byte of a video."""

import ctypes
import os
import resource
import signal
import sys
from typing import Final

from apps.processing.extraction.child import landlock, seccomp
from apps.processing.extraction.options import Limits

PR_SET_PDEATHSIG: Final = 1
PR_SET_NO_NEW_PRIVS: Final = 38
MAX_DESCRIPTORS: Final = 64


def confine(limits: Limits, parent_pid: int) -> None:
    """Bind this process to its parent's life and to the limits, for good."""
    if sys.platform == "linux":
        _die_with(parent_pid)
    # The hard limit of computing kills without saying why: the soft one comes a second before.
    for kind, soft, hard in (
        (resource.RLIMIT_CORE, 0, 0),
        (resource.RLIMIT_FSIZE, 0, 0),
        (resource.RLIMIT_NOFILE, MAX_DESCRIPTORS, MAX_DESCRIPTORS),
        (resource.RLIMIT_CPU, limits.cpu_s, limits.cpu_s + 1),
        (resource.RLIMIT_AS, limits.memory_bytes, limits.memory_bytes),
    ):
        lower(kind, soft, hard)


def lock() -> None:
    """Open nothing and start nothing from now on, as far as this kernel can.

    What is open stays. Everything that is imported later must be loaded before, and no thread may
    run yet. Raises OSError where the kernel has a layer and refuses it.
    """
    missing = missing_layers()
    if "landlock" not in missing:
        landlock.forbid_paths()
    if "seccomp" not in missing:
        seccomp.allow_only_decoding()


def missing_layers() -> tuple[str, ...]:
    """Return what this kernel does not give beyond limits, of `landlock` and `seccomp`."""
    is_linux = sys.platform == "linux"
    there = {
        "landlock": is_linux and landlock.version() > 0,
        "seccomp": is_linux and seccomp.is_available(),
    }
    return tuple(name for name, is_there in there.items() if not is_there)


def _die_with(parent_pid: int) -> None:
    prctl = ctypes.CDLL(None, use_errno=True).prctl
    for option, value in ((PR_SET_PDEATHSIG, signal.SIGKILL), (PR_SET_NO_NEW_PRIVS, 1)):
        if prctl(option, int(value), 0, 0, 0) != 0:
            raise OSError(ctypes.get_errno(), "prctl")
    if os.getppid() != parent_pid:  # it died before the signal was set
        os._exit(1)


def lower(kind: int, soft: int, hard: int) -> None:
    """Set both limits of a kind; the hard one can only go down."""
    allowed = resource.getrlimit(kind)[1]
    if allowed != resource.RLIM_INFINITY:
        soft, hard = min(soft, allowed), min(hard, allowed)
    resource.setrlimit(kind, (soft, hard))
