"""`xinya chain what-if` and `candidates`: which gaps close when somebody comes, goes or starts; who could fill one. No database."""

import argparse
import json
from pathlib import Path

from xinya.chain.engine.candidates import Wanted, candidates, fits
from xinya.chain.engine.scenario import Measures, Steps, measured, play
from xinya.chain.engine.wording import figure, percent, word
from xinya.chain.files.candidates import candidate_object
from xinya.chain.files.scenarios import measures_object, outcome_object
from xinya.kit.refusals import Refused
from xinya.kit.text import gettext_noop as _
from xinya.kit.text import say

UNKNOWN = {
    "segment": _("No pack of this zone has a segment %(name)s."),
    "outside": _("The list of makers outside has no company %(name)s."),
    "here": _("The list has no company %(name)s."),
    "twice": _("%(name)s produces here already."),
    "gone": _("%(name)s ended as a company, by the register, and counts as nothing here."),
}


def add_what_if(top: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Register the verb."""
    verb = top.add_parser("what-if", help="the zone with companies added or taken away, beside the zone as it stands")
    verb.add_argument("companies", type=Path, metavar="COMPANIES", help="xlsx or CSV, as for diagnose")
    verb.add_argument("--make", action="append", default=[], metavar="SEGMENT", help="a new company makes this; may be given again")
    verb.add_argument("--come", action="append", default=[], metavar="COMPANY", help="this maker of the list outside settles")
    verb.add_argument("--leave", action="append", default=[], metavar="COMPANY", help="this company stops")
    verb.add_argument("--outside", type=Path, metavar="FILE", help="known makers outside the zone, same columns")
    verb.add_argument("--chain", action="append", default=[], metavar="CODE", help="only this chain; may be given again")
    verb.add_argument("--json", action="store_true", help="for other programs")
    verb.add_argument("--language", choices=("zh", "en"), default=None, help="language of the sentences")
    verb.set_defaults(run=run_what_if)


def add_candidates(top: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Register the verb."""
    verb = top.add_parser("candidates", help="known makers outside who could fill a segment, best first, with reasons")
    verb.add_argument("companies", type=Path, metavar="COMPANIES", help="xlsx or CSV, as for diagnose")
    verb.add_argument("--outside", type=Path, metavar="FILE", required=True, help="known makers outside the zone, same columns")
    verb.add_argument("--segment", required=True, metavar="CODE")
    verb.add_argument("--chain", action="append", default=[], metavar="CODE", help="only this chain; may be given again")
    verb.add_argument("--json", action="store_true", help="for other programs")
    verb.add_argument("--language", choices=("zh", "en"), default=None, help="language of the sentences")
    verb.add_argument("--share", type=int, default=0, metavar="PERCENT", help="at least so much of its revenue comes from it")
    verb.add_argument("--region", default="", metavar="near|far|CODE", help="the zone's province, another, or two digits of one")
    verb.add_argument("--standing", choices=("normal",), default="", help="leave out abnormal standings in the register")
    verb.set_defaults(run=run_candidates)


def run_candidates(arguments: argparse.Namespace) -> int:
    """Print each maker with what speaks for (+) and against (-) it."""
    from .chain import diagnose_file, outside_companies

    base = diagnose_file(arguments.companies, chains=arguments.chain, outside=arguments.outside)
    if arguments.segment not in base.atlas.segments:
        raise Refused("unknown-segment", UNKNOWN["segment"], name=arguments.segment)
    said = "en" if arguments.language == "en" else "zh"
    found = candidates(base, arguments.segment, outside_companies(arguments.outside, base.atlas) or [])
    wanted = Wanted(arguments.share * 100, arguments.region, arguments.standing == "normal")
    rows = [candidate_object(one, base.atlas, said) for one in found if fits(one, wanted)]
    if arguments.json:
        print(json.dumps({"segment": arguments.segment, "candidates": rows}, ensure_ascii=False, indent=1))
        return 0
    for row in rows:
        print(f"{row['company']}  {figure(row['served'])}")
        for sign, reasons in (("+", row["pro"]), ("-", row["con"])):
            for reason in reasons:
                print(f"    {sign} {reason['words']}")
    print(say(arguments.language or "zh", _("%(count)s candidates"), count=len(rows)))
    return 0


def run_what_if(arguments: argparse.Namespace) -> int:
    """Print the figures before and after, and every verdict that changes."""
    from .chain import diagnose_file, outside_companies

    base = diagnose_file(arguments.companies, chains=arguments.chain, outside=arguments.outside)
    outside = outside_companies(arguments.outside, base.atlas)
    steps = Steps(tuple(arguments.make), tuple(arguments.come), tuple(arguments.leave))
    try:
        outcome = play(base, steps, outside=outside)
    except ValueError as error:
        kind, _colon, name = str(error).partition(": ")
        raise Refused("company-gone" if kind == "gone" else f"unknown-{kind}", UNKNOWN[kind], name=name) from error
    if arguments.json:
        found = {"measures": measures_object(measured(base)), "scenario": outcome_object(outcome, base)}
        print(json.dumps(found, ensure_ascii=False, indent=1))
        return 0
    language = arguments.language
    for line in (_figures(measured(base), language), _figures(outcome.measures, language)):
        print(line)
    chinese = language != "en"
    before, now = base.diagnosis.findings, outcome.report.diagnosis.findings
    turned = tuple(code for code, _was, _is in outcome.turned)
    for title, codes in (
        (_("Gaps closed"), outcome.closed),
        (_("Gaps that nobody needs enough any more"), outcome.gone),
        (_("Gaps opened"), outcome.opened),
        (_("Other verdicts that change"), turned),
    ):
        print(f"{say(language, title)} {len(codes)}")
        for code in codes:
            segment = base.atlas.segments[code]
            said = "zh" if chinese else "en"
            print(f"    {segment.name(said)}: {word(before[code].kind, said)} → {word(now[code].kind, said)}")
    return 0


def _figures(m: Measures, language: str | None) -> str:
    sourcing = "–" if m.sourcing is None else percent(m.sourcing)
    return say(
        language or "zh",
        _("%(companies)s companies, %(gaps)s gaps, %(fragile)s fragile, local sourcing %(sourcing)s (%(served)s / %(demand)s)"),
        companies=m.companies,
        gaps=m.gaps,
        fragile=m.fragile,
        sourcing=sourcing,
        served=figure(m.served),
        demand=figure(m.demand),
    )
