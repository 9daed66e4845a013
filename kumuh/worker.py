"""The worker that does background work beside the web server: `python -m kumuh.worker`.

It holds few connections: one to listen, one or two to fetch jobs, one for the job.
"""

import os
import signal
import threading

import django
from procrastinate.contrib.django import app, connector_params
from procrastinate.psycopg_connector import PsycopgConnector

MOST_CONNECTIONS = 3


def follow(lifeline: int) -> None:
    """Stop when whoever started us is gone: the lifeline then ends."""

    def wait() -> None:
        os.read(lifeline, 1)
        os.kill(os.getpid(), signal.SIGTERM)

    threading.Thread(target=wait, daemon=True).start()


def main() -> None:
    lifeline = os.environ.pop("KUMUH_LIFELINE", "")
    if lifeline:
        follow(int(lifeline))
    django.setup()
    connector = PsycopgConnector(
        kwargs=connector_params(), min_size=1, max_size=MOST_CONNECTIONS
    )
    with app.replace_connector(connector):
        app.run_worker()


if __name__ == "__main__":
    main()
