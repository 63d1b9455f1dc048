"""`xinya chain risk`: whose failure would hurt a zone most, from a company list; supplies are estimated. No database."""

import argparse
import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from xinya.kit.refusals import Refused
from xinya.kit.text import gettext_noop as _
from xinya.kit.text import say

if TYPE_CHECKING:
    from xinya.chain.engine.report import Report
    from xinya.chain.engine.resilience.hurt import Hurt, StandIns
    from xinya.chain.engine.resilience.stock_days import StatedStock
    from xinya.chain.engine.resilience.zone_risk import Spread, ZoneNetwork

NO_COMPANY = _("The list has no company %(name)s that makes something on these chains.")
NO_BUYER = _("The list of purchases needs a company in every row that states a stock; row %(at)s has none.")
ONLY_WITH_COMPANY = _("--purchases and --outside are only used with --company.")
HEADING = _("Share of the zone's output that is lost when the company stops (band), its own share")
ESTIMATED = _("Supplies are estimated from the packs' inputs and revenue; read the order and the band, not the decimals.")
STEP = _("Step %(step)s: %(count)s companies hit")
DAYS = _(
    "Who is hurt, by the earliest day on which inputs can be missing: stated stocks added up along the quickest way of supply; a "
    "stock that nobody stated counts as 0 days."
)
FROM_DAY = _("from day %(day)s")
ORDERS = _("orders fall away")
STOCK = _("%(segment)s: %(days)s days")
NO_STOCK = _("%(segment)s: stock not stated")
STAND_IN = _("%(segment)s, other makers: here %(here)s; outside %(outside)s")
NOBODY = _("nobody")
NO_LIST = _("no list of them")


def add_risk(top: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Register the verb."""
    verb = top.add_parser("risk", help="whose failure would hurt a zone most, from its company list")
    verb.add_argument("companies", type=Path, metavar="COMPANIES", help="xlsx or CSV, as for diagnose")
    verb.add_argument("--chain", action="append", default=[], metavar="CODE", help="only this chain; may be given again")
    verb.add_argument("--company", metavar="NAME", help="follow this company's failure, and who is hurt from which day on")
    verb.add_argument(
        "--purchases",
        type=Path,
        metavar="LIST",
        help="stated stocks: 企业名称, 采购品, 环节, 库存天数; with --company",
    )
    verb.add_argument("--outside", type=Path, metavar="FILE", help="known makers outside the zone; with --company")
    form = verb.add_mutually_exclusive_group()
    for name in ("csv", "json"):
        form.add_argument(f"--{name}", action="store_const", dest="form", const=name)
    verb.add_argument("--language", choices=("zh", "en"), default=None, help="language of the sentences")
    verb.set_defaults(run=run_risk, form="text")


def run_risk(arguments: argparse.Namespace) -> int:
    """Print the companies, the largest harm first, or one failure: its steps, who is hurt from which day on, who could stand in."""
    from xinya.chain.engine.resilience.zone_risk import zone_networks, zone_risks
    from xinya.chain.files.resilience import risk_object, risks_csv

    from .chain import diagnose_file

    if arguments.company is None and (arguments.purchases or arguments.outside):
        raise Refused("option-wrong", ONLY_WITH_COMPANY)
    report = diagnose_file(arguments.companies, chains=arguments.chain, outside=arguments.outside)
    networks = zone_networks(report.atlas, list(report.diagnosis.residents.values()))
    if arguments.company is not None:
        return _run_failure(arguments, report, networks)
    language = arguments.language or "zh"
    risks = zone_risks(networks)
    if arguments.form == "json":
        print(json.dumps({"companies": [risk_object(r) for r in risks]}, ensure_ascii=False, indent=1))
    elif arguments.form == "csv":
        sys.stdout.buffer.write(risks_csv(risks))
    else:
        print(say(language, HEADING))
        for r in risks:
            print(f"{100 * r.index:7.2f} % ({100 * r.low:.2f}–{100 * r.high:.2f})  {100 * r.own:6.2f} %  {r.company}")
        print(say(language, ESTIMATED))
    return 0


def _run_failure(arguments: argparse.Namespace, report: "Report", networks: "dict[str, ZoneNetwork]") -> int:
    from xinya.chain.engine.resilience.hurt import hurt_companies, stand_ins
    from xinya.chain.engine.resilience.stock_days import Stocks
    from xinya.chain.engine.resilience.zone_links import PROPORTIONAL
    from xinya.chain.engine.resilience.zone_risk import spread_of
    from xinya.chain.files.resilience import hurt_csv, hurt_object, steps_object, substitutes_object

    name, middle = arguments.company, networks[PROPORTIONAL]
    if name not in middle.plants_of:
        raise Refused("unknown-here", NO_COMPANY, name=name)
    stocks = Stocks(report.atlas, _stocks(arguments.purchases, report) if arguments.purchases else ())
    spread = spread_of(middle, name)
    hurt = hurt_companies(middle, name, spread, stocks)
    others = stand_ins(report.diagnosis.findings, report.diagnosis.residents[name])
    if arguments.form == "json":
        told = {
            "company": name, "steps": steps_object(spread.steps), "hurt": [hurt_object(h) for h in hurt],
            "substitutes": substitutes_object(others),
        }  # fmt: skip
        print(json.dumps(told, ensure_ascii=False, indent=1))
    elif arguments.form == "csv":
        sys.stdout.buffer.write(hurt_csv(hurt))
    else:
        _print_failure(spread, hurt, others, report, arguments.language or "zh")
    return 0


def _stocks(path: Path, report: "Report") -> "list[StatedStock]":
    from xinya.chain.files.inputs import names_of, read_inputs, stocks_of

    from .chain_inputs import content_of

    lines = read_inputs(content_of(path), names_of(report.atlas), most=None)
    nameless = next((line for line in lines if line.stock_days is not None and not line.company), None)
    if nameless is not None:
        raise Refused("company-missing", NO_BUYER, at=nameless.row)
    return stocks_of(lines)


def _print_failure(spread: "Spread", hurt: "Sequence[Hurt]", others: "StandIns", report: "Report", language: str) -> None:
    from xinya.chain.files.inputs import stock_text

    for number, hits in enumerate(spread.steps):
        print(say(language, STEP, step=number, count=len(hits)))
        for hit in hits:
            print(f"    {100 * hit.lost:6.2f} %  {hit.company}")
    segments = report.atlas.segments
    print(say(language, DAYS))
    for one in hurt:
        day = say(language, ORDERS) if one.inputs_day is None else say(language, FROM_DAY, day=stock_text(one.inputs_day))
        short = [
            say(language, STOCK, segment=segments[s.segment].name(language), days=stock_text(s.stock.days))
            if s.stock
            else say(language, NO_STOCK, segment=segments[s.segment].name(language))
            for s in one.short
        ]
        print("  ".join(["   ", day, one.company, *short]))
    for code, (here, outside) in others.items():
        there = say(language, NO_LIST) if outside is None else ", ".join(outside) or say(language, NOBODY)
        words = {"segment": segments[code].name(language), "here": ", ".join(here) or say(language, NOBODY), "outside": there}
        print(say(language, STAND_IN, **words))
