#!/usr/bin/env python
"""Django's command line; `script/manage` runs it with the environment and database."""

import os
import sys

if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "kumuh.settings")
    from django.core.management import execute_from_command_line

    execute_from_command_line(sys.argv)
