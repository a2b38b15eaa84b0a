"""Runs what devices send to: a process of its own on a port of its own, so that pages hold no fix up, and no fix a page.

Nothing of a request is logged: an address may hold a device's secret.
"""

import argparse

from shelterbelt.config.cli import ready_to_work, start_django


def command(chosen: argparse.Namespace) -> int:
    """Take fixes in until told to stop; what waits is made durable first."""
    node = ready_to_work()
    start_django()
    import uvicorn

    from shelterbelt.config.up import receives
    from shelterbelt.watching.beats import RECEIVER
    from shelterbelt.watching.loops import beating
    from shelterbelt.watching.receiving.doors import application

    print(f"{node.name}: fixes", flush=True)
    with beating(RECEIVER, lambda: receives(node)):
        uvicorn.run(
            application,
            host="127.0.0.1",
            port=node.receive_port,
            log_level="error",
            access_log=False,
            server_header=False,
            date_header=False,
            lifespan="on",
            limit_concurrency=2000,
            timeout_keep_alive=75,
            timeout_graceful_shutdown=8,
            backlog=1024,
        )
    return 0
