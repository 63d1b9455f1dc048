"""What each type of event changes: units, grants and ledger as sums, so that a reversal is the same with the other sign."""

from collections.abc import Callable, Iterable, Mapping
from fractions import Fraction

from . import exact
from .buyback import cost_out
from .events import Content, text, whole
from .ledger import EQUITY_AT_COST, GRANT_OUTSTANDING, POOL_CASH, Posting, postings, sold
from .refusal import OTHER_COMPANY, POOL_S_NAME, UNKNOWN_GRANT, UNKNOWN_TRANCHE, refuse
from .terms import POOL

Key = tuple[str, ...]
Change = tuple[Key, int]
Sums = Mapping[Key, int]
Effect = tuple[list[Change], tuple[Posting, ...]]
PUBLIC = "PUBLIC"
MOST_TRANCHES = 10
EXTENSIONS = 1
"""How often a term may be extended when the contract says nothing: once (fund.md 2). null in the contract: no limit."""
COMPANY = "company of"
"""First word of the key (COMPANY, grant, company), whose sum is 1 while the grant is approved for that company."""


def outstanding(sums: Sums, grant: str) -> int:
    """paid - converted - repaid - recovered - written off, in fen (ruling 18)."""
    get = sums.get
    return get(("grant", grant, "paid"), 0) - sum(
        get(("grant", grant, name), 0) for name in ("converted", "repaid", "recovered", "written_off")
    )


def company_of(sums: Sums, content: Content, names: Mapping[str, str]) -> str:
    """The company an event names, or that of its grant, or the only one, which has no name. Both must not differ."""
    grant = content.get("grant")
    own = names.get(grant, "") if isinstance(grant, str) else ""
    if content.get("company") is None:
        return own
    named = text(content, "company")
    if own and named != own:
        raise refuse("FIELD_WRONG", OTHER_COMPANY, where="data.company", value=named, grant=grant, held=own)
    return named


def _grant(sums: Sums, content: Content) -> str:
    grant = text(content, "grant")
    if not sums.get(("grant", grant, "approved")):
        raise refuse("FIELD_WRONG", UNKNOWN_GRANT, where="data.grant", value=grant)
    return grant


def _holder(content: Content, name: str, default: str | None = None, where: str = "data") -> str:
    """Who holds; never the pool, whose row has a name of its own."""
    holder = text(content, name, default)
    if holder == POOL:
        raise refuse("DUPLICATE_ID", POOL_S_NAME, where=f"{where}.{name}", value=holder)
    return holder


def _fen(content: Content, name: str, least: int = 1, default: int | None = None) -> int:
    return exact.fen(whole(content, name, default=default), f"data.{name}", least=least)


def issued_lines(content: Content, name: str = "issued") -> list[tuple[str, int]]:
    """(holder, units) of an event: a list of lines, or units by holder. Raises FIELD_WRONG, SHARES_*."""
    lines = content.get(name, [])
    if isinstance(lines, Mapping):
        lines = [{"holder": holder, "units": held} for holder, held in lines.items()]
    if not isinstance(lines, list):
        raise refuse("FIELD_WRONG", where=f"data.{name}", value=lines)
    found = []
    for place, line in enumerate(lines):
        if not isinstance(line, Mapping):
            raise refuse("FIELD_WRONG", where=f"data.{name}.{place}", value=line)
        holder = _holder(line, "holder", where=f"data.{name}.{place}")
        found.append((holder, exact.units(whole(line, "units", "shares"), f"data.{name}.{place}.units")))
    return found


def paid_lines(content: Content) -> list[tuple[str, int]]:
    """(holder, fen) of the `new_money` of a round. Raises FIELD_WRONG, FIELD_MISSING, AMOUNT_*."""
    lines = content.get("new_money", [])
    if not isinstance(lines, list):
        raise refuse("FIELD_WRONG", where="data.new_money", value=lines)
    found = []
    for place, line in enumerate(lines):
        if not isinstance(line, Mapping):
            raise refuse("FIELD_WRONG", where=f"data.new_money.{place}", value=line)
        holder = _holder(line, "holder", where=f"data.new_money.{place}")
        found.append((holder, exact.fen(whole(line, "amount_fen"), f"data.new_money.{place}.amount_fen")))
    return found


def _pool_funded(_sums: Sums, content: Content, _company: str) -> Effect:
    return [], postings((POOL_CASH, "BUDGET_IN", _fen(content, "amount_fen")))


def _grant_approved(sums: Sums, content: Content, company: str) -> Effect:
    grant, amount = text(content, "grant"), _fen(content, "amount_fen")
    if sums.get(("grant", grant, "approved")):
        raise refuse("DUPLICATE_ID", where="data.grant", value=grant)
    tranches = content.get("tranches_fen", [amount])
    if not isinstance(tranches, list) or not 1 <= len(tranches) <= MOST_TRANCHES:
        raise refuse("FIELD_WRONG", where="data.tranches_fen", value=tranches)
    parts = [exact.fen(part, f"data.tranches_fen.{place}") for place, part in enumerate(tranches)]
    if sum(parts) != amount:
        raise refuse("TRANCHES_DO_NOT_SUM", where=f"data.grant {grant}", value=sum(parts), held=amount)
    free = sums.get(("ledger", POOL_CASH), 0) - sums.get(("committed",), 0)
    if amount > free:
        raise refuse("POOL_EXHAUSTED", where=f"data.grant {grant}", value=amount, held=free)
    plan = [(("plan", grant, str(number)), part) for number, part in enumerate(parts, start=1)]
    whose: list[Change] = [((COMPANY, grant, company), 1)] if company else []
    changes = [(("grant", grant, "approved"), amount), (("committed",), amount), *plan, *whose]
    return [*changes, *_extensions_allowed(sums, content, grant)], ()


def _extensions_allowed(sums: Sums, content: Content, grant: str) -> list[Change]:
    """`extensions_allowed` of the decision or, later, of the contract; held one higher, so that 0 is told apart from no word."""
    if "extensions_allowed" not in content:
        return []
    told, key = content["extensions_allowed"], ("extensions allowed", grant)
    allowed = exact.LARGEST if told is None else exact.count(told, "data.extensions_allowed")
    return [(key, allowed + 1 - sums.get(key, 0))]


def _contracted(sums: Sums, content: Content, _company: str) -> Effect:
    if "grant" not in content and "instrument" in content:  # a note or a SAFE, carried along until it converts
        text(content, "instrument")
        return [], ()
    return _extensions_allowed(sums, content, _grant(sums, content)), ()


def _extended(sums: Sums, content: Content, _company: str) -> Effect:
    """The term is extended at most as often as the contract says (7.5)."""
    grant = _grant(sums, content)
    done, told = sums.get(("extended", grant), 0), sums.get(("extensions allowed", grant), 0)
    most = told - 1 if told else EXTENSIONS
    if done >= most:
        raise refuse("EXTENSION_USED_UP", where=f"data.grant {grant}", value=done, most=most)
    if "months" in content:
        exact.count(content["months"], "data.months", least=1, most=1200)
    return [(("extended", grant), 1)], ()


def _trigger_met(sums: Sums, content: Content, company: str) -> Effect:
    """Of the grant that it names, else of every grant of the company: the price is set from now on."""
    if "grant" in content:
        return [(("triggered", _grant(sums, content)), 1)], ()
    approved = [key[1] for key, held in sums.items() if key[0] == "grant" and key[2] == "approved" and held]
    named = {key[1]: key[2] for key, held in sums.items() if key[0] == COMPANY and held}
    hers = [grant for grant in sorted(approved) if named.get(grant, "") == company]
    if not hers:
        raise refuse("FIELD_MISSING", where="data.grant")
    return [(("triggered", grant), 1) for grant in hers], ()


def _planned(sums: Sums, content: Content) -> tuple[str, Key, int]:
    """The grant, the key of the planned tranche, and what is still planned of it."""
    grant, number = _grant(sums, content), whole(content, "no")
    is_number = isinstance(number, int) and not isinstance(number, bool) and 1 <= number <= MOST_TRANCHES
    key = ("plan", grant, str(number) if is_number else "")
    if key not in sums:
        raise refuse("FIELD_WRONG", UNKNOWN_TRANCHE, where="data.no", value=number, grant=grant)
    return grant, key, sums[key]


def _tranche(sums: Sums, content: Content) -> tuple[str, Key, int]:
    """The grant, the key of the planned tranche, and its amount, which must be what is still planned."""
    amount = _fen(content, "amount_fen")
    grant, key, left = _planned(sums, content)
    if left != amount:
        raise refuse("TRANCHES_DO_NOT_SUM", where=f"data.grant {grant} no {key[2]}", value=amount, held=left)
    return grant, key, amount


def _tranche_accepted(sums: Sums, content: Content, _company: str) -> Effect:
    _planned(sums, content)
    return [], ()


def _tranche_paid(sums: Sums, content: Content, _company: str) -> Effect:
    """After the trigger only a tranche that the decision names: it would be money at a price already set (ruling 18)."""
    grant, key, amount = _tranche(sums, content)
    if "named_by_decision" in content:
        text(content, "named_by_decision")
    elif sums.get(("triggered", grant)) or sums.get(("grant", grant, "converted")):
        raise refuse("TRANCHE_AFTER_TRIGGER", where=f"data.no {key[2]}", value=grant)
    changes: list[Change] = [(key, -amount), (("committed",), -amount), (("grant", grant, "paid"), amount)]
    return changes, postings((GRANT_OUTSTANDING, POOL_CASH, amount))


def _tranche_cancelled(sums: Sums, content: Content, _company: str) -> Effect:
    grant, key, amount = _tranche(sums, content)
    return [(key, -amount), (("committed",), -amount), (("grant", grant, "cancelled"), amount)], ()


def _round_signed(_sums: Sums, content: Content, _company: str) -> Effect:
    paid_lines(content)
    return [], ()


def opening(holders: Mapping[str, int], pool_units: int, company: str = "") -> list[Change]:
    """The units that holders and the pool have before the first event. Raises SHARES_*, DUPLICATE_ID, FIELD_WRONG."""
    lines = issued_lines({"holders": holders}, "holders")
    pool = exact.units(pool_units, "data.pool_units")
    return [*_to(company, lines), *([(("units", company, POOL), pool)] if pool else [])]


def _opened(sums: Sums, content: Content, company: str) -> Effect:
    if any(key[0] == "units" and key[1] == company and held for key, held in sums.items()):
        raise refuse("DUPLICATE_ID", where="data.company", value=company or "-")
    lines = issued_lines(content, "holders")
    pool = exact.units(whole(content, "pool_units", default=0), "data.pool_units")
    return [*_to(company, lines), (("units", company, POOL), pool)], ()


def _to(company: str, lines: Iterable[tuple[str, int]]) -> list[Change]:
    return [(("units", company, holder), held) for holder, held in lines]


def _demand_price(content: Content, name: str) -> None:
    """A price is judged when it is recorded: reports and packages read it later."""
    if name in content:
        exact.rational(content[name], f"data.{name}")


def _issue(_sums: Sums, content: Content, company: str) -> Effect:
    _demand_price(content, "price_fen_exact")
    lines = (
        issued_lines(content)
        if "issued" in content
        else [(_holder(content, "holder"), exact.units(whole(content, "units"), "data.units"))]
    )
    return _to(company, lines), ()


def _pool_changed(_sums: Sums, content: Content, company: str) -> Effect:
    change = whole(content, "change_units", "units")
    if isinstance(change, bool) or not isinstance(change, int):
        raise refuse("SHARES_NOT_INTEGER", where="data.change_units", value=change)
    exact.units(abs(change), "data.change_units")
    return [(("units", company, POOL), change)], ()


def _transferred(sums: Sums, content: Content, company: str) -> Effect:
    moved = exact.units(whole(content, "units"), "data.units", least=1)
    return _moved(sums, company, _holder(content, "from"), _holder(content, "to"), moved), ()


def _moved(sums: Sums, company: str, giver: str, taker: str, moved: int) -> list[Change]:
    held = sums.get(("units", company, giver), 0)
    if moved > held:
        raise refuse("MORE_THAN_HELD", where=giver, value=moved, held=held)
    return [(("units", company, giver), -moved), (("units", company, taker), moved)]


def split_ratio(content: Content) -> Fraction:
    """New units for each old one."""
    numerator = exact.units(whole(content, "numerator"), "data.numerator", least=1)
    return Fraction(numerator, exact.units(whole(content, "denominator", default=1), "data.denominator", least=1))


def _split(sums: Sums, content: Content, company: str) -> Effect:
    ratio = split_ratio(content)
    changes: list[Change] = []
    for key, held in sums.items():
        if key[:2] == ("units", company) or (key[:2] == ("lot", company)):
            after = held * ratio
            if after.denominator != 1:
                raise refuse("SHARES_NOT_INTEGER", where=f"data.numerator, {key[2]}", value=exact.text(after))
            changes.append((key, int(after) - held))
    return changes, ()


def _round_closed(_sums: Sums, content: Content, company: str) -> Effect:
    topup = exact.units(whole(content, "pool_topup_units", default=0), "data.pool_topup_units")
    paid_lines(content)
    _demand_price(content, "pps_fen_exact")
    return [*_to(company, issued_lines(content)), *([(("units", company, POOL), topup)] if topup else [])], ()


def _converted(sums: Sums, content: Content, company: str) -> Effect:
    grant, principal = _grant(sums, content), _fen(content, "principal_fen")
    _demand_price(content, "pps_fen_exact")
    got = exact.units(whole(content, "units"), "data.units")
    open_fen = outstanding(sums, grant)
    if open_fen <= 0 and sums.get(("grant", grant, "converted"), 0):
        raise refuse("ALREADY_CONVERTED", where="data.grant", value=grant)
    _demand_outstanding(principal, open_fen)
    holder = _holder(content, "holder", PUBLIC)
    changes: list[Change] = [
        (("grant", grant, "converted"), principal), (("cost", grant), principal), (("lot", company, grant), got),
        (("units", company, holder), got),
    ]  # fmt: skip
    return changes, postings((EQUITY_AT_COST, GRANT_OUTSTANDING, principal))


def _demand_outstanding(amount: int, open_fen: int) -> None:
    if amount > open_fen:
        raise refuse("MORE_THAN_OUTSTANDING", where="data.principal_fen", value=amount, held=open_fen)


def _repaid(sums: Sums, content: Content, _company: str) -> Effect:
    grant = _grant(sums, content)
    principal = exact.fen(whole(content, "principal_fen", "amount_fen"), "data.principal_fen", least=0)
    interest = _fen(content, "interest_fen", 0, default=0)
    _demand_outstanding(principal, outstanding(sums, grant))
    changes: list[Change] = [(("grant", grant, "repaid"), principal), (("grant", grant, "interest"), interest)]
    return changes, postings((POOL_CASH, GRANT_OUTSTANDING, principal), (POOL_CASH, "INTEREST_INCOME", interest))


def _shares_sold(sums: Sums, content: Content, company: str) -> Effect:
    grant, moved = _grant(sums, content), exact.units(whole(content, "units"), "data.units", least=1)
    price, given = _fen(content, "price_fen", 0), _fen(content, "concession_fen", 0, default=0)
    held, cost = sums.get(("lot", company, grant), 0), sums.get(("cost", grant), 0)
    leaving = cost_out(cost, held, moved)
    if content.get("cost_out_fen", leaving) != leaving:
        raise refuse("POSTINGS_DIFFER", value="SHARES_SOLD", account=f"cost_out_fen {content['cost_out_fen']} / {leaving}")
    seller, buyer = _holder(content, "holder", PUBLIC), _holder(content, "buyer")
    changes: list[Change] = [
        *_moved(sums, company, seller, buyer, moved), (("lot", company, grant), -moved),
        (("cost", grant), -leaving), (("grant", grant, "sales"), price), (("grant", grant, "concession"), given),
    ]  # fmt: skip
    return changes, sold(price, leaving, given)


def _adjusted(sums: Sums, content: Content, company: str) -> Effect:
    """A zero-price issue, or a transfer from the founders: the event says which (7.9). `grant`: whose lot grows by it."""
    if "from" in content:
        changes, _none = _transferred(sums, content, company)
    else:
        changes, _none = _issue(sums, content, company)
    if "grant" in content:
        holder = text(content, "lot_holder", PUBLIC)
        got = sum(amount for key, amount in changes if key == ("units", company, holder))
        changes = [*changes, (("lot", company, _grant(sums, content)), got)]
    return changes, ()


def _dividend(sums: Sums, content: Content, _company: str) -> Effect:
    amount = _fen(content, "amount_fen")
    changes: list[Change] = [(("grant", _grant(sums, content), "dividends"), amount)] if "grant" in content else []
    return changes, postings((POOL_CASH, "DIVIDEND_INCOME", amount))


def _written_off(sums: Sums, content: Content, _company: str) -> Effect:
    grant = _grant(sums, content)
    recovered, lost = _fen(content, "recovered_fen", 0, default=0), _fen(content, "written_off_fen", 0)
    account = exact.known(content.get("account", GRANT_OUTSTANDING), (GRANT_OUTSTANDING, EQUITY_AT_COST), "data.account")
    if account == GRANT_OUTSTANDING:
        _demand_outstanding(recovered + lost, outstanding(sums, grant))
        changes: list[Change] = [(("grant", grant, "recovered"), recovered), (("grant", grant, "written_off"), lost)]
    else:
        _demand_outstanding(recovered + lost, sums.get(("cost", grant), 0))
        changes = [
            (("cost", grant), -(recovered + lost)), (("grant", grant, "equity_recovered"), recovered),
            (("grant", grant, "equity_written_off"), lost),
        ]  # fmt: skip
    return changes, postings((POOL_CASH, account, recovered), ("WRITE_OFF", account, lost))


def _recovered_later(sums: Sums, content: Content, _company: str) -> Effect:
    amount = _fen(content, "amount_fen")
    return [(("grant", _grant(sums, content), "recovered_later"), amount)], postings((POOL_CASH, "RECOVERY_INCOME", amount))


def _concession_paid(sums: Sums, content: Content, _company: str) -> Effect:
    amount = _fen(content, "amount_fen")
    changes: list[Change] = [(("grant", _grant(sums, content), "concession"), amount)] if "grant" in content else []
    return changes, postings(("CONCESSION", POOL_CASH, amount))


def _remitted(_sums: Sums, content: Content, _company: str) -> Effect:
    return [], postings(("REMITTED", POOL_CASH, _fen(content, "amount_fen")))


EFFECTS: dict[str, Callable[[Sums, Content, str], Effect]] = {
    "POOL_FUNDED": _pool_funded, "GRANT_APPROVED": _grant_approved, "GRANT_CONTRACTED": _contracted,
    "TRANCHE_ACCEPTED": _tranche_accepted,
    "TRANCHE_PAID": _tranche_paid, "TRANCHE_CANCELLED": _tranche_cancelled, "CAP_TABLE_OPENED": _opened, "UNITS_ISSUED": _issue,
    "POOL_CHANGED": _pool_changed, "UNITS_TRANSFERRED": _transferred, "UNITS_SPLIT": _split, "ROUND_SIGNED": _round_signed,
    "ROUND_CLOSED": _round_closed, "TRIGGER_MET": _trigger_met, "GRANT_CONVERTED": _converted, "REMAINDER_REPAID": _repaid,
    "MATURITY_EXTENDED": _extended, "REPAID": _repaid, "SHARES_SOLD": _shares_sold, "ADJUSTED": _adjusted, "DIVIDEND": _dividend,
    "WRITTEN_OFF": _written_off, "RECOVERED_LATER": _recovered_later, "CONCESSION_PAID": _concession_paid, "REMITTED": _remitted,
}  # fmt: skip
"""(sums before, contents, company) -> (changes, postings); refuses what cannot be."""
