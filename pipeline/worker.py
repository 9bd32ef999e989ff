"""A worker process of the local engine: Beam's own, that leaves the terminal to the driver.

Beam's worker writes a page of good-mornings and good-byes to the terminal before it reads any
option. With a handler in place before Beam is imported, it finds no reason to open one of its
own; what it has to say goes to the driver, which shows what the user wants to see.
"""

import logging
import os
import sys


def main() -> None:
    logging.getLogger().addHandler(logging.NullHandler())
    from apache_beam.runners.worker import sdk_worker_main

    sdk_worker_main.main(sys.argv)
    # Its work is done and on disk; to take down all that it has loaded would keep the driver for half
    # a second.
    os._exit(0)


if __name__ == "__main__":
    main()
