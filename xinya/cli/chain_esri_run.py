"""What `xinya chain esri` does: read three tables, run the cascade, print the largest and write the rest. No database."""

import argparse
import csv
import json
import re
import sys
from collections.abc import Iterable
from math import isnan
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from xinya.chain.engine.resilience import (
    LOSSES,
    SECTORS,
    Esri,
    Progress,
    Shocks,
    Stop,
    Ways,
    cascade,
    revenue_warnings,
    single_failures,
)
from xinya.chain.files.esri_rows import loss_rows, result_rows, sector_rows
from xinya.chain.files.supply import SupplyFiles, read_network, read_scenarios
from xinya.kit.refusals import Refused
from xinya.kit.text import gettext_noop as _
from xinya.kit.text import say

from .options import at_least

SHOWN = 20
PROCESSES = "processes"
SCHEDULER = re.compile(r"(?:tcp|tls|ws|wss|ucx)://[^\s/]+:[0-9]{1,5}")
NO_FIRM = _("The list has no firm %(firm)s.")
LARGER_SALES = _("%(count)s firms sold more inside the network than their stated revenue, the first is %(firm)s.")
NOT_CONVERGED = _("%(count)s scenarios did not converge within %(limit)s steps; their figures are lower bounds.")
NO_WEIGHT = _("The weights %(weight)s add up to 0, so there is no index by them.")
HEADING = _("Share of the network's output that is lost when it stops: index, downstream, upstream; steps")
NOT_SPREAD = _("Losses and sectors are not kept when a run is spread.")
LEDGER_MISSING = _("A run that is spread needs --ledger FOLDER.")
SPREAD_WRONG = _("--spread takes `processes` or the address of a scheduler as tcp://host:8786, not %(given)s.")
COUNTS = _("%(firms)s firms, %(links)s links, %(sectors)s sectors; %(scenarios)s scenarios")
AT_WORK = _("%(done)s of %(all)s scenarios")


def run_esri(arguments: argparse.Namespace) -> int:
    """Print the firms or scenarios with the largest index, and write the tables that are asked for."""
    for option, given, least in (
        ("--threads", arguments.threads, 1),
        ("--sample", arguments.sample, 1),
        ("--seed", arguments.seed, 0),
        ("--piece", arguments.piece, 1),
    ):
        at_least(option, given, least)
    if arguments.spread not in (None, PROCESSES) and not SCHEDULER.fullmatch(arguments.spread):
        raise Refused("option-wrong", SPREAD_WRONG, given=arguments.spread[:60])
    files = read_network(
        arguments.links,
        arguments.firms,
        arguments.essential,
        accounts=arguments.accounts,
        revenue=arguments.revenue,
        costs=arguments.costs,
    )
    names, shocks = _scenarios(arguments, files)
    source = (arguments.accounts or arguments.firms).name
    weights: dict[str, ArrayLike] = {column: files.firms.figures(column, source) for column in arguments.weights}
    keep = [kind for kind, path in ((LOSSES, arguments.losses), (SECTORS, arguments.sectors)) if path is not None]
    bar = _Bar(arguments.language or "zh")
    told: dict[str, Any] = {
        "weights": weights or None,
        "stop": Stop(arguments.eps, arguments.rule),
        "has_substitution": not arguments.no_market,
    }
    progress = bar.show if sys.stderr.isatty() else None
    if arguments.spread is not None:
        result = _spread(arguments, files, shocks, told, progress)
    else:
        result = cascade(files.network, shocks, keep=keep, ways=Ways(arguments.pace, arguments.threads, progress), **told)
    first = "firm" if arguments.scenarios is None else "scenario"
    for path, rows in (
        (arguments.out, result_rows(result, names, first=first)),
        (arguments.losses, loss_rows(result, names, files.firms.names, first=first)),
        (arguments.sectors, sector_rows(result, names, files.sectors, first=first)),
    ):
        if path is not None:
            _write(path, rows)
    if arguments.json:
        print(json.dumps(esri_object(arguments, files, names, result), ensure_ascii=False, indent=1))
    else:
        _print(arguments.language or "zh", files, names, result)
    for sentence in _warnings(arguments.language or "zh", files, result):
        print(sentence, file=sys.stderr)
    return 0


def _spread(
    arguments: argparse.Namespace, files: SupplyFiles, shocks: Shocks, told: dict[str, Any], progress: Progress | None
) -> Esri:
    """The same over processes or machines, piece by piece through a ledger."""
    from xinya.chain.engine.resilience.spreading import Spread, spread_cascade
    from xinya.kit.spread import Engine, Ledger, Processes
    from xinya.kit.spread_dask import Dask

    if arguments.losses is not None or arguments.sectors is not None:
        raise Refused("not-spread", NOT_SPREAD)
    if arguments.ledger is None:
        raise Refused("ledger-missing", LEDGER_MISSING)
    engine: Engine = Processes(arguments.threads) if arguments.spread == PROCESSES else Dask(arguments.spread)
    keep = Ledger(arguments.ledger / "done")

    def tell(pieces: int, _all: int) -> None:
        if progress is not None:
            progress(min(len(shocks), pieces * arguments.piece), len(shocks))

    how = Spread(engine, arguments.ledger, keep, size=arguments.piece, is_fast=arguments.pace, progress=tell)
    return spread_cascade(files.network, shocks, how=how, **told)


def _scenarios(arguments: argparse.Namespace, files: SupplyFiles) -> tuple[tuple[str, ...], Shocks]:
    if arguments.scenarios is not None:
        return read_scenarios(arguments.scenarios, files.place)
    chosen = tuple(arguments.firm)
    for name in chosen:
        if name not in files.place:
            raise Refused("no-such-firm", NO_FIRM, firm=name)
    if not chosen:
        places = np.arange(files.network.firms)
        if arguments.sample is not None and arguments.sample < len(places):
            drawn = np.random.default_rng(arguments.seed).choice(places, arguments.sample, replace=False)
            places = np.sort(drawn)
        chosen = tuple(files.firms.names[k] for k in places)
    return chosen, single_failures([files.place[name] for name in chosen])


def esri_object(arguments: argparse.Namespace, files: SupplyFiles, names: tuple[str, ...], result: Esri) -> dict[str, Any]:
    """Settings, counts and results for other programs; an index without weight is null."""
    rows = [
        {
            "name": name,
            "iterations": int(result.iterations[k]),
            "status": result.status(k),
            **{
                weight: {"esri": _given(result.combined[k, w]), "down": _given(result.down[k, w]), "up": _given(result.up[k, w])}
                for w, weight in enumerate(result.weights)
            },
        }
        for k, name in enumerate(names)
    ]
    return {
        "settings": {"eps": arguments.eps, "rule": arguments.rule, "substitution": not arguments.no_market},
        "firms": files.network.firms,
        "links": len(files.network.amount),
        "weights": list(result.weights),
        "of": "firm" if arguments.scenarios is None else "scenario",
        "results": rows,
    }


def _given(value: float) -> float | None:
    return None if isnan(value) else float(value)


def _print(language: str, files: SupplyFiles, names: tuple[str, ...], result: Esri) -> None:
    counts = {"firms": files.network.firms, "links": len(files.network.amount), "sectors": len(files.sectors)}
    print(say(language, COUNTS, scenarios=len(names), **counts))
    print(say(language, HEADING))
    order = np.argsort(-np.nan_to_num(result.combined[:, 0]), kind="stable")[:SHOWN]
    for k in order:
        three = "  ".join(f"{100 * value[k, 0]:9.4f} %" for value in (result.combined, result.down, result.up))
        print(f"{three}  {result.iterations[k]:5d}  {names[k]}")


def _warnings(language: str, files: SupplyFiles, result: Esri) -> Iterable[str]:
    larger = revenue_warnings(files.network)
    if len(larger):
        yield say(language, LARGER_SALES, count=len(larger), firm=files.firms.names[larger[0]])
    if not result.is_converged.all():
        yield say(language, NOT_CONVERGED, count=int((~result.is_converged).sum()), limit=Stop().most)
    for weight, has in zip(result.weights, result.has_weight, strict=True):
        if not has:
            yield say(language, NO_WEIGHT, weight=weight)


def _write(path: Path, rows: Iterable[list[str]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file, lineterminator="\n").writerows(rows)


class _Bar:
    """One line on the error stream that says how far the run is."""

    def __init__(self, language: str) -> None:
        self.language = language

    def show(self, done: int, count: int) -> None:
        line = say(self.language, AT_WORK, done=done, all=count)
        print(f"\r{line}", end="\n" if done >= count else "", file=sys.stderr, flush=True)
