"""A child that tries to get out; says, as JSON, what came of each try: 0, or the error's number.

Arguments: which layers hold it (both, landlock, seccomp, none), the number of the user to become
(or -), a folder, and the port of a server on this machine.
"""

import ctypes
import json
import mmap
import os
import socket
import sys
import threading
from collections.abc import Callable
from pathlib import Path

from apps.processing.extraction.child import confinement, landlock, seccomp
from apps.processing.extraction.options import Limits

LAYERS: dict[str, Callable[[], None]] = {
    "both": confinement.lock,
    "landlock": landlock.forbid_paths,
    "seccomp": seccomp.allow_only_decoding,
    "none": lambda: None,
}
FOLDER, PORT = Path(sys.argv[3]), int(sys.argv[4])
LIBC = ctypes.CDLL(None, use_errno=True)
NEW_USER_NAMESPACE, IO_URING_SETUP = 0x10000000, 425


def system_call(result: int) -> None:
    if result < 0:
        raise OSError(ctypes.get_errno(), "refused")


def connect(family: int, kind: int, address: object) -> None:
    with socket.socket(family, kind) as ours:
        ours.connect(address)  # type: ignore[arg-type]


def send_a_datagram() -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as ours:
        ours.sendto(b"x", ("127.0.0.1", PORT))


def listen() -> None:
    with socket.socket() as ours:
        ours.bind(("127.0.0.1", 0))


def fork() -> None:
    if (child := os.fork()) == 0:
        os._exit(0)
    os.waitpid(child, 0)


def start_a_program() -> None:
    os.waitpid(os.posix_spawn("/bin/true", ["true"], {}), 0)


def start_a_thread() -> None:
    thread = threading.Thread(target=lambda: None)
    thread.start()
    thread.join()


TRIES: dict[str, Callable[[], object]] = {
    "open a file": lambda: os.open("/etc/passwd", os.O_RDONLY),
    "look at a file": lambda: os.stat("/etc/passwd"),
    "take a page from all": lambda: system_call(LIBC.madvise(None, 0, 100)),
    "open a process": lambda: os.open("/proc/self/status", os.O_RDONLY),
    "list a folder": lambda: os.listdir("/"),
    "make a file": lambda: os.open(FOLDER / "made", os.O_CREAT | os.O_WRONLY),
    "remove a file": lambda: os.unlink(FOLDER / "victim"),
    "connect by TCP": lambda: connect(socket.AF_INET, socket.SOCK_STREAM, ("127.0.0.1", PORT)),
    "send by UDP": send_a_datagram,
    "connect by a path": lambda: connect(
        socket.AF_UNIX, socket.SOCK_STREAM, str(FOLDER / "server")
    ),
    "connect by a name": lambda: connect(socket.AF_UNIX, socket.SOCK_STREAM, f"\0frameflow-{PORT}"),
    "listen": listen,
    "fork": fork,
    "start a program": start_a_program,
    "reach another process": lambda: os.kill(os.getppid(), 0),
    "make a namespace": lambda: system_call(LIBC.unshare(NEW_USER_NAMESPACE)),
    "set up a ring": lambda: system_call(LIBC.syscall(IO_URING_SETUP, 0, 0)),
    "hold a file in memory": lambda: os.memfd_create("x"),
    "run what it wrote": lambda: mmap.mmap(-1, 4096, prot=mmap.PROT_READ | mmap.PROT_EXEC),
    "take 3 GiB": lambda: mmap.mmap(-1, 3 * 1024**3),
    "start a thread": start_a_thread,
    # The last: from here on each signal would stop it.
    "be traced": lambda: system_call(LIBC.ptrace(0, 0, 0, 0)),
}


def outcome_of(attempt: Callable[[], object]) -> int:
    try:
        attempt()
    except OSError as error:
        return error.errno or -1
    except MemoryError:
        return -2
    return 0


def main() -> None:
    if sys.argv[2] != "-":
        os.setuid(int(sys.argv[2]))
    if sys.argv[1] != "none":
        confinement.confine(Limits(), os.getppid())
    LAYERS[sys.argv[1]]()
    outcomes = {name: outcome_of(attempt) for name, attempt in TRIES.items()}
    os.write(1, json.dumps(outcomes).encode())


if __name__ == "__main__":
    main()
