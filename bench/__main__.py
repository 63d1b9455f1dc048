"""`make bench`: run every bench and print one line a claim."""

import platform
import sys
from importlib.metadata import version

from bench import audit, closures, fund, imports, search, verdicts, what_if


def main() -> int:
    """Print the machine, then each bench's lines. Exit 1 when a result differs from the peer's."""
    print(f"Python {platform.python_version()}, NetworkX {version('networkx')}, {platform.machine()}; CPU seconds, best of 5")
    ok = True
    for bench in (closures, verdicts, what_if, search, audit, fund, imports):
        for line in bench.run():
            print(line)
            ok = ok and "DIFFERS" not in line
    return 0 if ok else 1


if __name__ == "__main__":
    sys.exit(main())
