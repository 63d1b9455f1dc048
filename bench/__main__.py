"""`make bench`: run every bench and print one line a claim."""

import platform
import sys
from importlib.metadata import version

from bench import (
    audit,
    closures,
    complexity,
    esri,
    freshness,
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


def main() -> int:
    """Print the machine, then each bench's lines. Exit 1 when a result differs from the peer's."""
    print(f"Python {platform.python_version()}, NetworkX {version('networkx')}, {platform.machine()}; CPU seconds, best of 5")
    ok = True
    benches = (
        closures, gaps, verdicts, what_if, placement, value_chains, search, audit, fund, imports, freshness, esri,
        positioning,
        link_prediction, complexity,
    )  # fmt: skip
    for bench in benches:
        for line in bench.run():
            print(line)
            ok = ok and "DIFFERS" not in line
    return 0 if ok else 1


if __name__ == "__main__":
    sys.exit(main())
