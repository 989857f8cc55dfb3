"""Commands over all contexts, where a process has only some of them."""

import os
import subprocess
import sys

import pytest

from tests.e2e.stack import ROOT

COMMANDS = {
    "backup": ["somewhere"],
    "restore": ["somewhere"],
    "reap_orphans": [],
    "check_invariants": [],
}


@pytest.mark.parametrize("command", COMMANDS)
def test_a_command_over_all_contexts_says_in_one_line_which_are_missing(command: str) -> None:
    done = subprocess.run(
        [sys.executable, "manage.py", command, *COMMANDS[command]],
        env={**os.environ, "FRAMEFLOW_CONTEXTS": "processing,upload"},
        cwd=ROOT,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 1
    assert done.stderr == (
        "This command looks at all contexts; FRAMEFLOW_CONTEXTS leaves out auth, download, "
        "orchestration. Run it where all are there, or without that variable.\n"
    )
