#!/usr/bin/env python
"""Django's own commands, for developers; operators use `xinya site ...`."""

import os
import sys


def main() -> None:
    """Run one Django command, or say which setting stops it."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "xinya.site.settings")
    from django.conf import settings
    from django.core.exceptions import ImproperlyConfigured
    from django.core.management import execute_from_command_line

    try:
        _ = settings.DATABASES
    except ImproperlyConfigured as wrong:
        sys.exit(str(wrong))
    execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()
