"""`make bench`: run every bench and print one line a claim; `python -m bench NAME...` runs these alone."""

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


def main(names: list[str]) -> int:
    """Print the machine, then each bench's lines. Exit 1 when a result differs from the peer's, 2 for a name that is none."""
    print(f"Python {platform.python_version()}, NetworkX {version('networkx')}, {platform.machine()}; CPU seconds, best of 5")
    ok = True
    benches = (
        closures, gaps, verdicts, what_if, placement, value_chains, search, audit, fund, imports, freshness, esri,
        positioning,
        link_prediction, complexity,
    )  # fmt: skip
    known = {bench.__name__.rpartition(".")[2]: bench for bench in benches}
    if unknown := set(names) - set(known):
        print(f"There is no bench {', '.join(sorted(unknown))}. There are: {', '.join(known)}.")
        return 2
    for bench in [known[name] for name in names] or benches:
        for line in bench.run():
            print(line)
            ok = ok and "DIFFERS" not in line
    return 0 if ok else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
