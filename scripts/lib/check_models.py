"""Whether migrations and the description of the API follow the models, in one Python process.

Called by scripts/test: each start takes longer than most of what is checked. The description is
written to a file, to be compared.
"""

import sys
from collections.abc import Callable
from functools import partial

import django
from django.core.management import CommandError, call_command

COMMANDS: dict[str, Callable[..., object]] = {
    "faults of the project": partial(call_command, "check"),
    "migrations are complete": partial(call_command, "makemigrations", check=True, dry_run=True),
    "migrations fit the last release": partial(call_command, "lint_migrations"),
}


def _fails(name: str, command: Callable[[], object]) -> bool:
    print(f"- {name}", flush=True)
    try:
        command()
    except (CommandError, SystemExit) as error:
        print(f"{name}: failed: {error}", flush=True)
        return True
    return False


def main() -> None:
    """Run all of them, whichever fail."""
    describe = partial(
        *(call_command, "spectacular"), validate=True, fail_on_warn=True, file=sys.argv[1]
    )
    django.setup()
    commands = {**COMMANDS, "the API can be described": describe}
    failed = [name for name, command in commands.items() if _fails(name, command)]
    sys.exit(bool(failed))


if __name__ == "__main__":
    main()
