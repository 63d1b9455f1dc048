"""`xinya chain complexity`: ECI, PCI, density and outlook of a table of values, and what one place could grow next. No database."""

import argparse
import csv
import json
from pathlib import Path
from typing import Any

from xinya.chain.engine.complexity import FORMS, TESTS, Complexity, Mix, complexity, positioning
from xinya.chain.files.complexity_rows import candidate_objects, complexity_object, number, pair_rows
from xinya.chain.files.kept_values import tested
from xinya.chain.files.values import Panel, Values, read_panel, read_population
from xinya.kit.refusals import Refused
from xinya.kit.text import gettext_noop as _
from xinya.kit.text import say

SHOWN = 10
FLAG_WORDS = {
    "sign undetermined": _("The sign of ECI and PCI is undetermined: all places are equally diverse."),
    "disconnected": _("The table falls into parts that share nothing; ECI only tells them apart. Take --by-component."),
    "not identified": _("ECI and PCI are not identified: more than one order of places fits the table equally well."),
}
NO_LOCATION = _("The table has no location %(location)s.")
POPULATION_NEEDED = _("Presence by %(presence)s needs --population FILE.")
POPULATION_UNUSED = _("--population is only used with --presence rpop or both.")
NO_PERIODS = _(
    "A back-test needs three periods or more, and something that came later to a place that gets a list; the file has %(periods)s."
)
TESTED = _(
    "Back-test from %(first)s to %(last)s, scored %(ahead)s periods later: %(came)s arrivals among %(candidates)s candidates. "
    "AUC; of what came, within the first 10; of the first 10, came:"
)
BETTER = _("The list was better than both floors.")
NOT_BETTER = _("The list was not better than its floors.")
WAYS = {
    "list": _("This list"),
    "nearness": _("Nearness alone"),
    "popularity": _("Floor: what most places have"),
    "chance": _("Floor: chance"),
}
NUMBER_WRONG = _("%(option)s must be above 0.")
MIX_WRONG = _("“%(text)s” is no mix; write three numbers from 0 upwards, as in 0.5,0.25,0.25.")
CORRELATION_GIVEN = _("Proximity by correlation needs values; a given presence has none.")


def add_complexity(top: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Register the verb."""
    verb = top.add_parser("complexity", help="economic complexity and relatedness of places and products")
    verb.add_argument("values", type=Path, metavar="VALUES", help="CSV: location, product, value; absent pairs are 0")
    verb.add_argument("--presence", choices=TESTS, default="rca", help="what counts as present (default: RCA)")
    verb.add_argument("--threshold", type=float, default=1.0, metavar="R", help="least RCA that counts as present (default 1)")
    verb.add_argument("--population", type=Path, metavar="FILE", help="CSV: location, population")
    verb.add_argument("--population-threshold", type=float, default=1.0, metavar="R", help="least RPOP (default 1)")
    verb.add_argument("--proximity", choices=FORMS, default="larger", help="form of the proximity")
    verb.add_argument("--knn", type=int, metavar="K", help="density over the K nearest products only")
    verb.add_argument("--by-component", action="store_true", help="standardise within each connected part")
    verb.add_argument("--location", metavar="NAME", help="the positioning list of this place")
    verb.add_argument("--mix", default="0.5,0.25,0.25", metavar="D,P,G", help="weights of density, PCI and COG in that list")
    verb.add_argument("--backtest", action="store_true", help="how the list would have done on the file's own periods, with floors")
    verb.add_argument("--out", type=Path, metavar="FILE", help="write every pair as CSV")
    verb.add_argument("--json", action="store_true", help="for other programs")
    verb.add_argument("--language", choices=("zh", "en"), default=None, help="language of the sentences")
    verb.set_defaults(run=run_complexity)


def run_complexity(arguments: argparse.Namespace) -> int:
    """Print places and products from both ends, the flags, and the list of one place when it is asked for."""
    _demand_options(arguments)
    mix = _mix(arguments.mix)
    panel = read_panel(read_bytes(arguments.values), arguments.values.name, is_presence=arguments.presence == "given")
    values = panel.last
    location = None
    if arguments.location is not None:
        if arguments.location not in values.locations:
            raise Refused("unknown-location", NO_LOCATION, location=arguments.location)
        location = values.locations.index(arguments.location)
    population = None
    if arguments.population is not None:
        population = read_population(read_bytes(arguments.population), arguments.population.name, values.locations)
    found = complexity(
        values.values, test=arguments.presence, threshold=arguments.threshold, population=population,
        population_threshold=arguments.population_threshold, nearest=arguments.knn, form=arguments.proximity,
        by_component=arguments.by_component,
    )  # fmt: skip
    if arguments.out is not None:
        # The mark is for spreadsheets and Chinese names; programs that read plain names do without.
        is_plain = all(name.isascii() for name in (*values.locations, *values.products))
        with arguments.out.open("w", encoding="utf-8" if is_plain else "utf-8-sig", newline="") as file:
            csv.writer(file, lineterminator="\r\n").writerows(pair_rows(found, values))
    candidates = None if location is None else candidate_objects(positioning(found, location, mix=mix), values)
    if arguments.json:
        told = complexity_object(found, values, settings=_settings(arguments))
        if candidates is not None:
            told["positioning"] = {"location": arguments.location, "candidates": candidates}
        if arguments.backtest:
            told["tested"] = _tested(panel)
        print(json.dumps(told, ensure_ascii=False, indent=1))
    else:
        _print_text(found, values, arguments, candidates)
        if arguments.backtest:
            _print_tested(_tested(panel), arguments.language or "zh")
    return 0


def _tested(panel: Panel) -> dict[str, Any]:
    done = tested(panel)
    if done is None:
        raise Refused("no-periods", NO_PERIODS, periods=len(panel.periods))
    return done


def _print_tested(done: dict[str, Any], language: str) -> None:
    span = {key: done[key] for key in ("first", "last", "ahead", "came", "candidates")}
    print(say(language, TESTED, **span))
    for way, score in done["ways"].items():
        shares = f"{100 * score['hits']:5.1f} %  {100 * score['precision']:5.1f} %"
        print(f"    AUC {score['auc']:.3f}  {shares}  {say(language, WAYS[way])}")
    print(say(language, BETTER if done["is_better"] else NOT_BETTER))


def _demand_options(arguments: argparse.Namespace) -> None:
    for option in ("threshold", "population_threshold", "knn"):
        given = getattr(arguments, option)
        if given is not None and not 0 < given < float("inf"):
            raise Refused("option-wrong", NUMBER_WRONG, option=f"--{option.replace('_', '-')}")
    needs = arguments.presence in ("rpop", "both")
    if needs and arguments.population is None:
        raise Refused("population-needed", POPULATION_NEEDED, presence=arguments.presence)
    if not needs and arguments.population is not None:
        raise Refused("population-unused", POPULATION_UNUSED)
    if arguments.presence == "given" and arguments.proximity == "correlation":
        raise Refused("option-wrong", CORRELATION_GIVEN)


def _mix(text: str) -> Mix:
    try:
        parts = [float(part) for part in text.split(",")]
    except ValueError:
        parts = []
    if len(parts) != 3 or not all(0 <= part < float("inf") for part in parts) or sum(parts) <= 0:
        raise Refused("mix-wrong", MIX_WRONG, text=text[:40])
    return Mix(*parts)


def read_bytes(path: Path) -> bytes:
    """The content of a file. Raises Refused no-such-file."""
    if not path.is_file():
        raise Refused("no-such-file", _("There is no file %(file)s."), file=str(path))
    return path.read_bytes()


def _settings(arguments: argparse.Namespace) -> dict[str, Any]:
    keys = ("presence", "threshold", "population_threshold", "proximity", "knn", "by_component", "mix")
    return {key: getattr(arguments, key) for key in keys}


def _print_text(found: Complexity, values: Values, arguments: argparse.Namespace, candidates: list[dict[str, Any]] | None) -> None:
    language = arguments.language or "zh"
    print(
        say(
            language,
            _("%(locations)s locations, %(products)s products, %(present)s present; left out without presence: %(l)s and %(p)s"),
            locations=len(values.locations),
            products=len(values.products),
            present=int(found.present.sum()),
            l=int((~found.locations).sum()),
            p=int((~found.products).sum()),
        )
    )
    if values.period:
        print(say(language, _("Period %(period)s, the latest of the file."), period=values.period))
    if values.repeated:
        print(say(language, _("%(count)s rows repeat a pair and were added to it."), count=values.repeated))
    for flag in found.flags:
        print(say(language, FLAG_WORDS[flag]))
    if candidates is None:
        _print_ends(say(language, _("Places, most complex first")), values.locations, found.eci.tolist(), "ECI")
        _print_ends(say(language, _("Products, most complex first")), values.products, found.pci.tolist(), "PCI")
        return
    print(say(language, _("What %(location)s could grow next (score = mix of the three z-scores)"), location=arguments.location))
    for row in candidates[: 2 * SHOWN]:
        parts = "  ".join(f"{key} {_shown(row[key])} (z {row['z'][key]:+.2f})" for key in ("density", "pci", "cog"))
        print(f"{row['rank']:4}  {row['score']:+.3f}  {row['product']}  {parts}")


def _print_ends(title: str, names: tuple[str, ...], numbers: list[float], measure: str) -> None:
    known = sorted(
        ((n, name) for name, n in zip(names, numbers, strict=True) if number(n) is not None), key=lambda p: (-p[0], p[1])
    )
    print(title)
    shown = known if len(known) <= 2 * SHOWN else [*known[:SHOWN], (float("nan"), "…"), *known[-SHOWN:]]
    for value, name in shown:
        print(f"    {name}" if name == "…" else f"    {measure} {value:+.4f}  {name}")


def _shown(value: float | None) -> str:
    return "–" if value is None else f"{value:.3f}"
