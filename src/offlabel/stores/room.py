"""Whether a graph fits into memory, from which it is answered several times faster than from disk.

Processes that are forked share what is in memory until one writes to it, and the engine does so
even where it reads: it counts who looks at a statement. So each process comes to have a copy of
what it has looked at, and the room for these counts.
"""

from __future__ import annotations

import os
from pathlib import Path

MEMORY, DISK = "memory", "disk"
STATEMENT = 400  # bytes that one takes in memory; 350 to 365 were measured
_LIMITS = (  # what says how much a group of processes may have, how much it has, and what is spare
    ("memory.max", "memory.current", "inactive_file"),
    ("memory.limit_in_bytes", "memory.usage_in_bytes", "total_inactive_file"),
)


def place(statements: int, copies: int) -> str:
    """Say where a graph is to be kept: in memory where so many copies fit into what is free."""
    return MEMORY if needed(statements, copies) <= free() else DISK


def needed(statements: int, copies: int) -> int:
    """Return the bytes that so many copies of a graph take in memory."""
    return statements * STATEMENT * copies


def free(system: Path = Path("/")) -> int:
    """Return the bytes of memory that may still be taken, by the machine and by its containers.

    Where the system does not say, that is half of what the machine has; nothing if nobody knows.
    """
    known = [*_free_in_groups(system)]
    for line in _lines(system / "proc/meminfo"):
        if line.startswith("MemAvailable:"):
            known.append(int(line.split()[1]) << 10)
    if known:
        return max(0, min(known))
    try:
        return os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE") // 2
    except (AttributeError, ValueError, OSError):  # Windows
        return 0


def _free_in_groups(system: Path) -> list[int]:
    """Return what each control group that this process is in may still take."""
    found = []
    root = system / "sys/fs/cgroup"
    for line in _lines(system / "proc/self/cgroup"):
        _, kinds, path = line.split(":", 2)
        if kinds and "memory" not in kinds.split(","):
            continue
        top = root / "memory" if kinds else root
        group = top / path.lstrip("/")
        for folder in (group, *group.parents):
            found += [left for names in _LIMITS if (left := _left(folder, *names)) is not None]
            if folder == top:
                break
    return found


def _left(group: Path, most: str, used: str, spare: str) -> int | None:
    limit, taken = _lines(group / most), _lines(group / used)
    if not limit or not taken or not limit[0].isdigit():  # `max` where there is no limit
        return None
    pages = [int(line.split()[1]) for line in _lines(group / "memory.stat")
             if line.split()[0] == spare]  # fmt: skip
    return int(limit[0]) - int(taken[0]) + sum(pages)


def _lines(path: Path) -> list[str]:
    try:
        return path.read_text(encoding="ascii").splitlines()
    except (OSError, UnicodeDecodeError):
        return []
