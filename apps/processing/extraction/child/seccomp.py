"""Only the system calls that decoding needs (`seccomp(2)`, `bpf(4)`); all others answer EPERM."""

import ctypes
import errno
import os
import struct
from collections.abc import Iterator
from typing import Final

from apps.processing.extraction.child.system_calls import ARCHITECTURES, Architecture

PR_GET_SECCOMP, PR_SET_SECCOMP, FILTER = 21, 22, 2
KILL, REFUSE, ALLOW = 0x80000000, 0x00050000, 0x7FFF0000
LOAD, EQUALS, HAS_BITS, AT_LEAST, RETURN = 0x20, 0x15, 0x45, 0x35, 0x06
NUMBER_AT, MACHINE_AT, ARGUMENTS_AT = 0, 4, 16
#: Another calling convention of the same machine begins here (x32).
FOREIGN_NUMBERS: Final = 0x40000000
CLONE_THREAD, PROT_EXEC = 0x10000, 0x4
#: Advice of this kind takes pages of memory from the whole machine.
POISONING: Final = 0x60

#: A test, and where it goes: over how many instructions when true, when false; what it tests.
Instruction = tuple[int, int, int, int]
DENIED: Final = (RETURN, 0, 0, REFUSE | errno.EPERM)
PASSED: Final = (RETURN, 0, 0, ALLOW)


class _Program(ctypes.Structure):
    _fields_ = (("length", ctypes.c_ushort), ("instructions", ctypes.c_char_p))


def is_available() -> bool:
    """Tell whether this kernel filters system calls, and we know its machine's numbers."""
    return os.uname().machine in ARCHITECTURES and _prctl(PR_GET_SECCOMP, 0) >= 0


def allow_only_decoding() -> None:
    """Deny this thread, and those it starts, all other system calls, for good.

    Needs `no_new_privs`. Raises OSError.
    """
    machine = ARCHITECTURES.get(os.uname().machine)
    if machine is None:
        raise OSError("the system calls of this machine are not known")
    code = [struct.pack("HBBI", *instruction) for instruction in _instructions(machine)]
    program = _Program(len(code), b"".join(code))
    if _prctl(PR_SET_SECCOMP, FILTER, ctypes.byref(program)) != 0:
        raise OSError(ctypes.get_errno(), "seccomp")


def _prctl(option: int, value: int, pointer: object = 0) -> int:
    libc = ctypes.CDLL(None, use_errno=True)
    return int(libc.prctl(option, ctypes.c_ulong(value), pointer, 0, 0))


def _instructions(machine: Architecture) -> Iterator[Instruction]:
    yield (LOAD, 0, 0, MACHINE_AT)
    yield (EQUALS, 1, 0, machine.audit)
    yield (RETURN, 0, 0, KILL)
    yield (LOAD, 0, 0, NUMBER_AT)
    yield (AT_LEAST, 0, 1, FOREIGN_NUMBERS)
    yield DENIED
    yield from _by_bits(machine.clone, 0, CLONE_THREAD, (PASSED, DENIED))
    for number in (machine.mmap, machine.mprotect):
        yield from _by_bits(number, 2, PROT_EXEC, (DENIED, PASSED))
    yield from _by_bits(machine.madvise, 2, POISONING, (DENIED, PASSED))
    yield (EQUALS, 0, 1, machine.absent)
    yield (RETURN, 0, 0, REFUSE | errno.ENOSYS)
    for number in machine.allowed:
        yield (EQUALS, 0, 1, number)
        yield PASSED
    yield DENIED


def _by_bits(
    number: int, argument: int, bits: int, answers: tuple[Instruction, Instruction]
) -> Iterator[Instruction]:
    """Answer a call by whether one of its arguments has any of these bits."""
    yield (EQUALS, 0, 4, number)
    yield (LOAD, 0, 0, ARGUMENTS_AT + 8 * argument)
    yield (HAS_BITS, 0, 1, bits)
    yield from answers
