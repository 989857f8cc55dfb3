"""What processes have worked."""

import psutil


def tree_spent_s(process: psutil.Process) -> float:
    """Return the CPU seconds of a process and its descendants, with those that were buried."""
    spent = 0.0
    for each in (process, *process.children(recursive=True)):
        try:
            times = each.cpu_times()
        except psutil.NoSuchProcess:  # in its parent's account by now
            continue
        spent += times.user + times.system + times.children_user + times.children_system
    return spent


def machine_spent_s() -> float:
    """Return the CPU seconds that the machine has worked, for whomever."""
    times = psutil.cpu_times()
    return float(times.user + times.nice + times.system)
