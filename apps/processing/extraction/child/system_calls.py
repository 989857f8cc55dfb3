"""The system calls that decoding needs, and no other: reading, answering, memory, threads, time."""

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True)
class Architecture:
    """What the kernel calls a machine (`linux/audit.h`), and its numbers of the calls.

    Of `clone`, `mmap`, `mprotect` and `madvise` an argument decides. `absent` (clone3) is answered
    as by an older kernel: its arguments lie in memory, where no filter can look at them.
    """

    audit: int
    allowed: tuple[int, ...]
    clone: int
    mmap: int
    mprotect: int
    madvise: int
    absent: int


_NAMES: Final = (
    *("read", "readv", "pread64", "write", "close", "lseek"),
    *("sendto", "recvfrom", "poll", "ppoll", "select", "pselect6"),
    *("munmap", "brk", "mremap"),
    *("futex", "set_robust_list", "rseq", "membarrier", "sched_yield", "sched_getaffinity"),
    *("rt_sigaction", "rt_sigprocmask", "rt_sigreturn", "sigaltstack", "restart_syscall"),
    *("clock_gettime", "clock_getres", "clock_nanosleep", "nanosleep", "gettimeofday"),
    *("getpid", "gettid", "getrandom", "getrusage", "exit", "exit_group"),
)
# asm/unistd_64.h, and asm-generic/unistd.h, which has no poll and no select.
_X86_64: Final = (
    *(0, 19, 17, 1, 3, 8),
    *(44, 45, 7, 271, 23, 270),
    *(11, 12, 25),
    *(202, 273, 334, 324, 24, 204),
    *(13, 14, 15, 131, 219),
    *(228, 229, 230, 35, 96),
    *(39, 186, 318, 98, 60, 231),
)
_AARCH64: Final = (
    *(63, 65, 67, 64, 57, 62),
    *(206, 207, -1, 73, -1, 72),
    *(215, 214, 216),
    *(98, 99, 293, 283, 124, 123),
    *(134, 135, 139, 132, 128),
    *(113, 114, 115, 101, 169),
    *(172, 178, 278, 165, 93, 94),
)


def _known(numbers: tuple[int, ...]) -> tuple[int, ...]:
    named = dict(zip(_NAMES, numbers, strict=True))
    return tuple(number for number in named.values() if number >= 0)


ARCHITECTURES: Final = {
    "x86_64": Architecture(
        0xC000003E, _known(_X86_64), clone=56, mmap=9, mprotect=10, madvise=28, absent=435
    ),
    "aarch64": Architecture(
        0xC00000B7, _known(_AARCH64), clone=220, mmap=222, mprotect=226, madvise=233, absent=435
    ),
}
