"""`make bench`: run every bench and print one line a claim."""

import platform
import sys
from importlib.metadata import version

<<<<<<< HEAD
from bench import (
    audit,
    closures,
    complexity,
    esri,
    fund,
    gaps,
    imports,
    link_prediction,
    placement,
    positioning,
    search,
    value_chains,
    verdicts,
    what_if,
)
=======
from bench import audit, closures, freshness, fund, search, verdicts, what_if
>>>>>>> wip-fresh


def main() -> int:
    """Print the machine, then each bench's lines. Exit 1 when a result differs from the peer's."""
    print(f"Python {platform.python_version()}, NetworkX {version('networkx')}, {platform.machine()}; CPU seconds, best of 5")
    ok = True
<<<<<<< HEAD
    benches = (
        closures, gaps, verdicts, what_if, placement, value_chains, search, audit, fund, imports, esri, positioning,
        link_prediction, complexity,
    )  # fmt: skip
    for bench in benches:
=======
    for bench in (closures, verdicts, what_if, freshness, search, audit, fund):
>>>>>>> wip-fresh
        for line in bench.run():
            print(line)
            ok = ok and "DIFFERS" not in line
    return 0 if ok else 1


if __name__ == "__main__":
    sys.exit(main())
