"""What the fund's commands print for people: the working, both bases side by side, tables."""

from collections.abc import Mapping, Sequence
from typing import Any

from xinya.cli.chain_text import width
from xinya.fund.engine import exact
from xinya.fund.engine.conversion import Conversion
from xinya.fund.engine.refusal import BadInput
from xinya.fund.engine.simulation import BUYBACK, CONVERTIBLE, GRANT_ONLY, Simulated
from xinya.fund.engine.terms import EXCLUDES, INCLUDES, POOL, REG_CAPITAL_FEN
from xinya.fund.engine.working import LIMIT_WORDS, NOTHING_LEFT, TREATMENTS, working
from xinya.kit.text import gettext_noop as _
from xinya.kit.text import say

BASIS_WORDS = {EXCLUDES: _("on top of the pre-money value (EXCLUDES)"), INCLUDES: _("inside the pre-money value (INCLUDES)")}
POLICY_WORDS = {
    GRANT_ONLY: _("grants only"),
    CONVERTIBLE: _("convertible"),
    BUYBACK: _("convertible, founders may buy every winner back"),
}
SIDE_BY_SIDE = _("Both bases side by side (the contract's is marked *)")
PRICE_YUAN = _("price per unit, yuan")
POST_YUAN = _("post-money value, yuan")
REMAINDER_YUAN = _("remainder, yuan")
TOTAL = _("total")
POOL_WORD = _("unallocated pool")
WORKING = _("Working, %(basis)s")
CAP_TABLE = _("Cap table after the round")
HOLDER, UNITS, SHARE = _("holder"), _("units"), _("share")
CLASS, PAYOUT, CHOICE = _("class"), _("payout, yuan"), _("takes")
CONVERTS, KEEPS = _("converts"), _("keeps its preference")
PROCEEDS = _("Proceeds %(amount)s yuan")
BREAKS = _("The lines bend at: %(points)s yuan")
BALANCES, ACCOUNT, BALANCE = _("Ledger: debits positive, credits negative"), _("account"), _("balance, yuan")
FIGURES = _(
    "Paid in %(paid)s yuan, returned %(back)s yuan, DPI %(dpi)s; cash %(cash)s yuan, of it free %(free)s yuan; "
    "companies supported: %(count)s."
)
EVENTS = _("%(count)s events, last hash %(hash)s")
LATE = _("Recorded late, after events of a later day: %(numbers)s")
LIMITED = _("Units are fen of registered capital.")
POLICY = _("policy")
SIMULATION_HEADS = (
    _("median"), _("chance of getting less back than was paid"), _("P10"), _("P90"), _("mean"), _("by formula"),
    _("companies, median"), _("companies, mean"),
)  # fmt: skip
SIMULATED = _(
    "Money back per yuan on the first %(tickets)s tickets, %(runs)s runs, seed %(seed)s. For illustration: these are chances of "
    "other populations, not facts about this zone."
)
MEAN_MISLEADS = _("The mean hangs on a few very large winners: read the median and the chance of a loss first.")


def table(rows: Sequence[Sequence[str]], *, left: int = 1) -> list[str]:
    """Rows with the first `left` columns to the left and the others to the right, in terminal columns."""
    widths = [max(width(row[place]) for row in rows) for place in range(len(rows[0]))]
    lines = []
    for row in rows:
        cells = []
        for place, cell in enumerate(row):
            blank = " " * (widths[place] - width(cell))
            cells.append(cell + blank if place < left else blank + cell)
        lines.append("  ".join(cells).rstrip())
    return lines


def conversion_text(done: Conversion, bases: Mapping[str, Conversion | BadInput], language: str) -> str:
    """Both bases side by side, then the working of the contract's own basis, then the cap table."""
    lines = [say(language, SIDE_BY_SIDE), "", *table(_bases(done, bases, language)), ""]
    lines += [say(language, WORKING, basis=say(language, BASIS_WORDS[done.told.basis])), ""]
    for number, (sentence, values) in enumerate(working(done), start=1):
        lines.append(f"{number:>3}. {say(language, sentence, **_translated(values, language))}")
    lines += ["", say(language, CAP_TABLE), ""]
    percents = done.percents()
    rows = [[say(language, word) for word in (HOLDER, UNITS, SHARE)]]
    rows += [[_holder(holder, language), f"{held:,}", percents[holder]] for holder, held in done.cap_table.items()]
    rows.append([say(language, TOTAL), f"{done.total:,}", "100%"])
    lines += table(rows)
    if done.told.unit == REG_CAPITAL_FEN:
        lines += ["", say(language, LIMITED)]
    return "\n".join(lines)


def _translated(values: Mapping[str, str], language: str) -> dict[str, str]:
    words = {*LIMIT_WORDS.values(), *TREATMENTS.values(), NOTHING_LEFT}
    return {name: say(language, value) if value in words else value for name, value in values.items()}


def _holder(holder: str, language: str) -> str:
    return say(language, POOL_WORD) if holder == POOL else holder


def _bases(done: Conversion, bases: Mapping[str, Conversion | BadInput], language: str) -> list[list[str]]:
    heads = [say(language, BASIS_WORDS[basis]) + (" *" if basis == done.told.basis else "") for basis in bases]
    rows = [["", *heads]]

    def cells(read: Any) -> list[str]:
        return [one.code if isinstance(one, BadInput) else read(one) for one in bases.values()]

    rows.append([say(language, PRICE_YUAN), *cells(lambda c: exact.decimal(c.price.pps / 100, 4))])
    rows.append([say(language, POST_YUAN), *cells(lambda c: exact.yuan(c.price.post))])
    holders = dict.fromkeys(h for one in bases.values() if isinstance(one, Conversion) for h in one.cap_table)
    for holder in holders:
        rows.append([_holder(holder, language), *cells(lambda c, h=holder: _held(c, h))])
    rows.append([say(language, REMAINDER_YUAN), *cells(lambda c: exact.yuan(c.remainder_fen))])
    return rows


def _held(done: Conversion, holder: str) -> str:
    held = done.cap_table.get(holder, 0)
    return f"{held:,} ({exact.percent(held, done.total, 2)})"


def waterfall_text(found: Mapping[str, Any], language: str) -> str:
    """Each exit value with what every class takes, and the points at which the lines bend."""
    lines: list[str] = []
    for one in found["scenarios"]:
        rows = [[say(language, word) for word in (CLASS, CHOICE, PAYOUT)]]
        for name, amount in one["payout_fen"].items():
            converts = one["converts"].get(name)
            choice = "" if converts is None else say(language, CONVERTS if converts else KEEPS)
            rows.append([name, choice, exact.yuan(amount)])
        lines += [say(language, PROCEEDS, amount=exact.yuan(one["proceeds_fen"])), "", *table(rows, left=2), ""]
    points = [exact.yuan(exact.rational(point, "point")) for point in found["break_points_fen_exact"]]
    return "\n".join([*lines, say(language, BREAKS, points="; ".join(points))])


def replay_text(found: Mapping[str, Any], language: str) -> str:
    """Cap tables, ledger and figures."""
    lines: list[str] = []
    for company, held in found["cap_tables"].items():
        whole = sum(held.values())
        rows = [[say(language, word) for word in (HOLDER, UNITS, SHARE)]]
        rows += [[_holder(h, language), f"{u:,}", exact.percent(u, whole, 2) if whole else "–"] for h, u in held.items()]
        lines += [company, *table([*rows, [say(language, TOTAL), f"{whole:,}", ""]]), ""] if company else [*table(rows), ""]
    rows = [[say(language, ACCOUNT), say(language, BALANCE)]]
    rows += [[account, exact.yuan(fen)] for account, fen in found["balances_fen"].items()]
    lines += [say(language, BALANCES), *table(rows), ""]
    dpi = found["net_dpi_exact"]
    lines.append(
        say(
            language, FIGURES, paid=exact.yuan(found["disbursed_fen"]), back=exact.yuan(found["returned_fen"]),
            dpi="–" if dpi is None else exact.decimal(exact.rational(dpi, "dpi"), 4) if not dpi.startswith("-") else dpi,
            cash=exact.yuan(found["pool_cash_fen"]), free=exact.yuan(found["free_fen"]), count=found["companies_supported"],
        )
    )  # fmt: skip
    if found["late"]:
        lines.append(say(language, LATE, numbers=", ".join(map(str, found["late"]))))
    return "\n".join([*lines, say(language, EVENTS, count=found["events"], hash=found["hash"])])


def simulation_text(done: Sequence[Simulated], language: str) -> str:
    """Median and chance of a loss before anything else; the mean with its warning last."""
    rows = [[say(language, POLICY), *(say(language, word) for word in SIMULATION_HEADS)]]
    for one in done:
        first, companies = one.first, one.companies
        rows.append(
            [
                say(language, POLICY_WORDS[one.policy]), f"{first.median:.2f}", f"{100 * first.p_below_1:.1f}%", f"{first.p10:.2f}",
                f"{first.p90:.2f}", f"{first.mean:.2f}", f"{one.expected:.4f}", f"{companies.median:.0f}", f"{companies.mean:.2f}",
            ]
        )  # fmt: skip
    told = done[0]
    head = say(language, SIMULATED, tickets=told.tickets_first, runs=f"{told.runs:,}", seed=told.seed)
    return "\n".join([head, "", *table(rows), "", say(language, MEAN_MISLEADS)])
