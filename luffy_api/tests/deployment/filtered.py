"""Runs a command with the system calls that a unit allows: `filtered.py UNIT COMMAND …`.

The filter is that of the kernel, made by libseccomp as systemd makes it; what is not allowed fails
with EPERM.
"""

import ctypes
import errno
import os
import subprocess
import sys
from functools import cache
from pathlib import Path

ALLOW = 0x7FFF0000
REFUSE = 0x00050000 | errno.EPERM
UNKNOWN = -1


@cache
def groups() -> dict[str, list[str]]:
    """What systemd's groups consist of: names of system calls and of other groups.

    All of them by one start of the program: to ask about each takes a third of a second.
    """
    command = ["systemd-analyze", "syscall-filter"]
    told = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    found: dict[str, list[str]] = {}
    for line in told.splitlines():
        if line.startswith("@"):
            found[line] = []
        elif line.startswith(" ") and not line.lstrip().startswith("#"):
            found[next(reversed(found))].append(line.strip())
    return found


def expand(name: str) -> set[str]:
    """The system calls of a group of systemd, or the one of this name."""
    if not name.startswith("@"):
        return {name}
    return {call for member in groups()[name] for call in expand(member)}


def refused(unit: str) -> set[str]:
    """What the SystemCallFilter lines of a unit leave out, read in their order."""
    allowed = expand("@default")
    for line in unit.splitlines():
        name = line.removeprefix("SystemCallFilter=")
        if name == line:
            continue
        if name.startswith("~"):
            allowed -= expand(name[1:])
        else:
            allowed |= expand(name)
    return expand("@known") - allowed


def confine(calls: set[str]) -> None:
    """Refuse these calls to this process and its children from now on."""
    library = ctypes.CDLL("libseccomp.so.2")
    library.seccomp_init.restype = ctypes.c_void_p
    context = ctypes.c_void_p(library.seccomp_init(ctypes.c_uint32(ALLOW)))
    for call in calls:
        number = library.seccomp_syscall_resolve_name(call.encode())
        if number != UNKNOWN:
            library.seccomp_rule_add(context, ctypes.c_uint32(REFUSE), number, 0)
    assert library.seccomp_load(context) == 0


if __name__ == "__main__":
    confine(refused(Path(sys.argv[1]).read_text(encoding="utf-8")))
    os.execvp(sys.argv[2], sys.argv[2:])  # noqa: S606 (a command of the tests)
