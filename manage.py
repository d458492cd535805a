#!/usr/bin/env python3
"""Django's command line; the development settings unless the environment names others."""

import gc
import os
import sys


def main() -> None:
    # Modules that are being loaded are no garbage, and looking through them costs a seventh of
    # the start.
    gc.disable()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "luffy_api.settings.dev")
    import django
    from django.core.exceptions import ImproperlyConfigured
    from django.core.management import execute_from_command_line

    try:
        django.setup()
        gc.freeze()
        gc.enable()
        execute_from_command_line(sys.argv)
    except ImproperlyConfigured as fault:
        sys.exit(str(fault))


if __name__ == "__main__":
    main()
