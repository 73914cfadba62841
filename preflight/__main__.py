"""`python -m preflight`, and where the installed commands begin."""

import sys


def start() -> None:
    """Run the command line; Ctrl-C while that is still being loaded is an interrupt as any other."""
    try:
        from preflight.cli import main
    except KeyboardInterrupt:
        sys.exit(130)  # ExitCode.INTERRUPTED; its module may be what was being loaded
    main()


if __name__ == "__main__":
    start()
