"""`xinya chain risk`: whose failure would hurt a zone most, from a company list; supplies are estimated. No database."""

import argparse
import json
import sys
from pathlib import Path

from xinya.kit.refusals import Refused
from xinya.kit.text import gettext_noop as _
from xinya.kit.text import say

NO_COMPANY = _("The list has no company %(name)s that makes something on these chains.")
HEADING = _("Share of the zone's output that is lost when the company stops (band), its own share")
ESTIMATED = _("Supplies are estimated from the packs' inputs and revenue; read the order and the band, not the decimals.")
STEP = _("Step %(step)s: %(count)s companies hit")


def add_risk(top: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Register the verb."""
    verb = top.add_parser("risk", help="whose failure would hurt a zone most, from its company list")
    verb.add_argument("companies", type=Path, metavar="COMPANIES", help="xlsx or CSV, as for diagnose")
    verb.add_argument("--chain", action="append", default=[], metavar="CODE", help="only this chain; may be given again")
    verb.add_argument("--company", metavar="NAME", help="follow this company's failure step by step")
    form = verb.add_mutually_exclusive_group()
    for name in ("csv", "json"):
        form.add_argument(f"--{name}", action="store_const", dest="form", const=name)
    verb.add_argument("--language", choices=("zh", "en"), default=None, help="language of the sentences")
    verb.set_defaults(run=run_risk, form="text")


def run_risk(arguments: argparse.Namespace) -> int:
    """Print the companies, the largest harm first, or the steps of one failure."""
    from xinya.chain.engine.resilience.zone_links import PROPORTIONAL
    from xinya.chain.engine.resilience.zone_risk import cascade_steps, zone_networks, zone_risks
    from xinya.chain.files.resilience import risk_object, risks_csv, steps_object

    from .chain import diagnose_file

    report = diagnose_file(arguments.companies, chains=arguments.chain)
    networks = zone_networks(report.atlas, list(report.diagnosis.residents.values()))
    language = arguments.language or "zh"
    if arguments.company is not None:
        middle = networks[PROPORTIONAL]
        if arguments.company not in middle.plants_of:
            raise Refused("unknown-here", NO_COMPANY, name=arguments.company)
        steps = cascade_steps(middle, arguments.company)
        if arguments.form == "json":
            print(json.dumps({"company": arguments.company, "steps": steps_object(steps)}, ensure_ascii=False, indent=1))
            return 0
        for number, hits in enumerate(steps):
            print(say(language, STEP, step=number, count=len(hits)))
            for hit in hits:
                print(f"    {100 * hit.lost:6.2f} %  {hit.company}")
        return 0
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
