"""Write what is judged now into expected.json of every recorded situation, or of those named: read the difference."""

import sys
from collections.abc import Sequence

from tests.scenarios.replay import expected_file, laid_out, names, replayed


def refresh(chosen: Sequence[str]) -> None:
    """Rewrite, and say which of them have changed."""
    for name in chosen or names():
        file, now = expected_file(name), laid_out(replayed(name))
        if not file.exists() or file.read_text(encoding="utf-8") != now:
            file.write_text(now, encoding="utf-8")
            sys.stdout.write(f"{name}\n")


if __name__ == "__main__":
    refresh(sys.argv[1:])
