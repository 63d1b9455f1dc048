"""`xinya fund …`: conversion with its working, exits, simulation, replay, open cap table packages; no database, no Django."""

import argparse
import datetime
import json
from dataclasses import asdict
from pathlib import Path
from typing import Any

from xinya.fund.engine.book import replay
from xinya.fund.engine.conversion import both_bases, convert
from xinya.fund.engine.recycling import DEFAULT_CHANCES
from xinya.fund.engine.refusal import BadInput, refuse
from xinya.fund.files.answers import conversion_object, exits, read_chances
from xinya.fund.files.cases import Told, inputs_of, read_case, read_round
from xinya.fund.files.event_lines import lines, read_lines, summary
from xinya.kit.days import day_written
from xinya.kit.refusals import Refused
from xinya.kit.text import gettext_noop as _
from xinya.kit.text import say

from .fund_text import conversion_text, replay_text, simulation_text, waterfall_text

LARGEST_FILE = 50_000_000


def add_parsers(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    top = commands.add_parser("fund", help="grants that become equity: convert, waterfall, simulate, replay, ocf").add_subparsers(
        metavar="VERB", required=True
    )
    verb = _verb(top, "convert", "a round with its working: both bases, limits, rounding", run_convert)
    verb.add_argument("case", type=Path, metavar="CASE", help="JSON with the inputs of a round, or a golden case")
    verb = _verb(top, "waterfall", "who gets what of an exit", run_waterfall)
    verb.add_argument("case", type=Path, metavar="CASE", help="JSON with classes and exit values")
    verb = _verb(top, "simulate", "how a pool may come out: median and chance of a loss first", run_simulate)
    verb.add_argument("case", type=Path, nargs="?", metavar="CASE", help="JSON with chances and multiples (default: 示意)")
    verb.add_argument("--pool-fen", type=int, default=15_000_000_000, metavar="FEN")
    verb.add_argument("--ticket-fen", type=int, default=5_000_000_000, metavar="FEN")
    verb.add_argument("--years-to-exit", type=int, nargs=2, default=(5, 5), metavar=("LEAST", "MOST"))
    verb.add_argument("--years-to-repay", type=int, nargs=2, default=(5, 5), metavar=("LEAST", "MOST"))
    verb.add_argument("--horizon", type=int, default=25, metavar="YEARS")
    verb.add_argument("--runs", type=int, default=20_000, metavar="N", help="at most 200,000")
    verb.add_argument("--seed", type=int, default=1, metavar="N", help="the same seed gives the same answer")
    verb = _verb(top, "replay", "cap tables, ledger and figures of a list of events", run_replay)
    verb.add_argument("events", type=Path, metavar="EVENTS", help="JSON lines, one event a line")
    verb.add_argument("--as-of", metavar="DATE", help="what had taken effect by that day, whenever it was recorded")
    verb.add_argument("--upto", type=int, metavar="SEQ", help="only the first events")
    form = verb.add_mutually_exclusive_group()
    form.add_argument("--beancount", action="store_true", help="the ledger as Beancount text")
    form.add_argument("--csv", action="store_true", help="the ledger as CSV")
    ocf = top.add_parser("ocf", help="packages of the Open Cap Format 1.2.0").add_subparsers(metavar="VERB", required=True)
    verb = _verb(ocf, "export", "a company's events as a package", run_export)
    verb.add_argument("events", type=Path, metavar="EVENTS", help="JSON lines, one event a line")
    verb.add_argument("out", type=Path, metavar="OUT", help="a new folder, or a file ending in .zip")
    verb.add_argument("--facts", type=Path, metavar="FILE", help="JSON: issuer, holders' names, day; as `import` writes it")
    verb.add_argument("--company", default=None, metavar="NAME", help="which company, when the events tell of several")
    verb = _verb(ocf, "import", "a package as events", run_import)
    verb.add_argument("package", type=Path, metavar="PACKAGE", help="a folder or a zip")
    verb.add_argument("out", type=Path, nargs="?", metavar="OUT", help="a new folder for events.jsonl and facts.json")
    verb = _verb(ocf, "check", "every item against its own schema, every sum, every reference", run_check)
    verb.add_argument("package", type=Path, metavar="PACKAGE", help="a folder or a zip")


def _verb(top: Any, name: str, what: str, run: Any) -> argparse.ArgumentParser:
    verb: argparse.ArgumentParser = top.add_parser(name, help=what)
    verb.add_argument("--json", action="store_true", help="for other programs")
    verb.add_argument("--language", choices=("zh", "en"), default=None, help="language of the sentences")
    verb.set_defaults(run=run)
    return verb


def read_file(path: Path) -> bytes:
    """The bytes of a file, judged by its size before it is read."""
    if not path.is_file():
        raise Refused("no-such-file", _("There is no file %(file)s."), file=str(path))
    if path.stat().st_size > LARGEST_FILE:
        raise Refused("too-large", _("%(file)s is larger than 50 MB."), file=path.name)
    return path.read_bytes()


def _case(path: Path, *kinds: str) -> Told:
    """The inputs of a case file; a golden case must be of one of the kinds."""
    inputs, kind = inputs_of(read_case(read_file(path)))
    if kind is not None and kind not in kinds:
        raise refuse("UNKNOWN_KIND", where="kind", value=kind, known=", ".join(kinds))
    return inputs


def _print(found: Any) -> int:
    print(json.dumps(found, ensure_ascii=False, indent=1))
    return 0


def run_convert(arguments: argparse.Namespace) -> int:
    """The contract's own basis must be computable; the other one may be refused and then shows its code."""
    told = read_round(_case(arguments.case, "convert_round", "maturity_repay"))
    done, bases = convert(told), both_bases(told)
    if arguments.json:
        sides = {name: {"error": one.code} if isinstance(one, BadInput) else conversion_object(one) for name, one in bases.items()}
        return _print(conversion_object(done) | {"basis": told.basis, "both_bases": sides})
    print(conversion_text(done, bases, arguments.language))
    return 0


def run_waterfall(arguments: argparse.Namespace) -> int:
    found = exits(_case(arguments.case, "waterfall"), arguments.case.parent)
    if arguments.json:
        return _print(found)
    print(waterfall_text(found, arguments.language))
    return 0


def run_simulate(arguments: argparse.Namespace) -> int:
    from xinya.fund.engine.simulation import POLICIES, Plan, simulate

    chances = DEFAULT_CHANCES
    if arguments.case is not None:
        chances = read_chances(_case(arguments.case, "policy_expectation"))
    exit_years, repay_years = tuple(arguments.years_to_exit), tuple(arguments.years_to_repay)
    plan = Plan(arguments.pool_fen, arguments.ticket_fen, exit_years, repay_years, arguments.horizon)
    done = [simulate(plan, chances, policy=policy, runs=arguments.runs, seed=arguments.seed) for policy in POLICIES]
    if arguments.json:
        return _print({"exact": False, "policies": [asdict(one) for one in done]})
    print(simulation_text(done, arguments.language))
    return 0


def run_replay(arguments: argparse.Namespace) -> int:
    from xinya.fund.files.ledger_text import beancount, ledger_csv

    day = _day(arguments.as_of)
    if arguments.upto is not None and arguments.upto < 0:
        raise refuse("FIELD_WRONG", where="--upto", value=arguments.upto)
    book = replay(read_lines(read_file(arguments.events)), upto=arguments.upto)
    if arguments.beancount or arguments.csv:
        print(beancount(book, day) if arguments.beancount else ledger_csv(book, day), end="")
        return 0
    found = summary(book, day)
    if arguments.json:
        return _print(found)
    print(replay_text(found, arguments.language))
    return 0


def _day(text: str | None) -> datetime.date | None:
    try:
        return None if text is None else day_written(text)
    except ValueError:
        raise refuse("DATE_WRONG", where="--as-of", value=text) from None


def run_export(arguments: argparse.Namespace) -> int:
    """Write a package that is valid, item by item; nothing is written over."""
    from xinya.fund.files.ocf import write_package
    from xinya.fund.files.ocf_check import demand_valid
    from xinya.fund.files.ocf_export import package_of

    facts = read_case(read_file(arguments.facts)) if arguments.facts else {}
    package = package_of(replay(read_lines(read_file(arguments.events))), facts, company=arguments.company)
    demand_valid(package)
    write_package(package, arguments.out)
    return _told(arguments, _("%(count)s transactions written to %(place)s."), len(package.items("transactions")), arguments.out)


def run_import(arguments: argparse.Namespace) -> int:
    """Read a package all or nothing; say its cap table, and write its events where asked."""
    from xinya.fund.files.ocf import package_from_path
    from xinya.fund.files.ocf_check import demand_valid
    from xinya.fund.files.ocf_import import company_of_package

    package = package_from_path(arguments.package)
    demand_valid(package)
    book, facts = company_of_package(package)
    if arguments.out is not None:
        arguments.out.mkdir(parents=True)
        (arguments.out / "events.jsonl").write_bytes(lines(book.events()))
        (arguments.out / "facts.json").write_text(json.dumps(facts, ensure_ascii=False, indent=1) + "\n", "utf-8")
    found = summary(book)
    if arguments.json:
        return _print(found)
    print(replay_text(found, arguments.language))
    return 0


def run_check(arguments: argparse.Namespace) -> int:
    """Name every defect; exit code 1 when there is one."""
    from xinya.fund.files.ocf import package_from_path
    from xinya.fund.files.ocf_check import defects

    found = defects(package_from_path(arguments.package, strict=False))
    if arguments.json:
        _print([{"file": one.file, "place": one.place, "code": one.code, "reason": one.reason} for one in found])
        return 1 if found else 0
    for one in found:
        print(one.sentence(arguments.language))
    print(say(arguments.language, _("%(count)s defects"), count=len(found)))
    return 1 if found else 0


def _told(arguments: argparse.Namespace, message: str, count: int, place: Path) -> int:
    shown = str(place).encode("utf-8", "backslashreplace").decode()  # a file's name may hold bytes that are no text
    if arguments.json:
        return _print({"count": count, "place": shown})
    print(say(arguments.language, message, count=count, place=shown))
    return 0
