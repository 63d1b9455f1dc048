"""Items of the open cap table format, one builder a kind, and who holds which security after each of them."""

import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

from xinya.fund.engine import exact
from xinya.fund.engine.refusal import refuse
from xinya.fund.engine.terms import NOTE, SAFE_POST, Instrument

Item = dict[str, Any]
OURS = uuid.uuid5(uuid.NAMESPACE_DNS, "xinya.fund.ocf")
QUALIFIED_ROUND, MATURITY_APPRAISED = "QUALIFIED_ROUND", "MATURITY_APPRAISED"
TERMS = "按触发轮次每股(每元注册资本)价格转换,数量向下取整;折扣、估值上下限、持股上限及余额处理依合同。"
CONDITIONS = {
    QUALIFIED_ROUND: ("AUTOMATIC_ON_CONDITION", "首轮市场化融资", "首次市场化定价融资,非关联投资人新增投资合计达到合同约定"),
    MATURITY_APPRAISED: ("ELECTIVE_ON_CONDITION", "到期评估转股", "到期未发生触发轮次,双方同意按经备案的评估值转股"),
}


def identity(*parts: object) -> str:
    """The same id for the same thing, so that the same company gives the same package."""
    return str(uuid.uuid5(OURS, "/".join(map(str, parts))))


def money(amount_fen: Fraction | int) -> tuple[dict[str, str], str | None]:
    """(Monetary in yuan with at most ten decimals, the exact fraction when it had to be rounded)."""
    yuan = Fraction(amount_fen, 100)
    whole = yuan * 100
    if whole.denominator == 1:
        return {"amount": exact.decimal(yuan, 2), "currency": "CNY"}, None
    rounded = exact.decimal(yuan, 10)
    return {"amount": rounded, "currency": "CNY"}, None if Fraction(rounded) == yuan else exact.text(yuan)


def fen_of(told: Mapping[str, str]) -> int:
    """Monetary as whole fen. Raises AMOUNT_NOT_INTEGER for fractions of a fen, FIELD_WRONG for another currency."""
    amount = Fraction(told["amount"]) * 100
    if told["currency"] != "CNY":
        raise refuse("FIELD_WRONG", where="currency", value=told["currency"])
    if amount.denominator != 1:
        raise refuse("AMOUNT_NOT_INTEGER", where="amount", value=told["amount"])
    return exact.fen(int(amount), "amount", least=0)


def count_of(told: str, where: str) -> int:
    """Numeric as whole units. Raises SHARES_NOT_INTEGER."""
    number = Fraction(told)
    if number.denominator != 1:
        raise refuse("SHARES_NOT_INTEGER", where=where, value=told)
    return exact.units(int(number), where)


def stock_issuance(key: tuple[object, ...], date: str, holder_id: str, class_id: str, units: int, price_fen: Fraction) -> Item:
    """TX_STOCK_ISSUANCE; a price that ten decimals cannot say stands as a fraction in `comments`."""
    price, rest = money(price_fen)
    item: Item = {"object_type": "TX_STOCK_ISSUANCE", "id": identity(*key, "issuance")}
    if rest is not None:
        item["comments"] = [f"exact price per unit: {rest} CNY"]
    return item | {
        "security_id": identity(*key, "security"), "date": date, "custom_id": "-".join(map(str, key[1:])),
        "stakeholder_id": holder_id, "stock_class_id": class_id, "share_price": price, "quantity": str(units),
        "stock_legend_ids": [], "security_law_exemptions": [],
    }  # fmt: skip


def grant_issuance(key: tuple[object, ...], custom_id: str, date: str, holder_id: str, amount_fen: int) -> Item:
    """TX_CONVERTIBLE_ISSUANCE of a tranche, or of what a conversion or a repayment left of it (12)."""
    return {
        "object_type": "TX_CONVERTIBLE_ISSUANCE", "id": identity(*key, "issuance"), "security_id": identity(*key, "security"),
        "date": date, "custom_id": custom_id, "stakeholder_id": holder_id, "investment_amount": money(amount_fen)[0],
        "convertible_type": "CONVERTIBLE_SECURITY", "seniority": 1, "security_law_exemptions": [],
        "consideration_text": "财政资金拨付",
        "conversion_triggers": [_trigger(name) for name in CONDITIONS],
    }  # fmt: skip


def _trigger(name: str) -> Item:
    kind, nickname, condition = CONDITIONS[name]
    return {
        "type": kind, "trigger_id": name, "nickname": nickname, "trigger_condition": condition,
        "conversion_right": _right({"type": "CUSTOM_CONVERSION", "custom_conversion_description": TERMS}),
    }  # fmt: skip


def _right(mechanism: Item) -> Item:
    return {"type": "CONVERTIBLE_CONVERSION_RIGHT", "converts_to_future_round": True, "conversion_mechanism": mechanism}


def instrument_issuance(company: str, one: Instrument, date: str, holder_id: str) -> Item:
    """TX_CONVERTIBLE_ISSUANCE of a note or a SAFE with its own mechanism. Day counts of 360 days cannot be said and are refused."""
    if one.kind == NOTE:
        mechanism, kind = _note(one, date), "NOTE"
    else:
        timing = "POST_MONEY" if one.kind == SAFE_POST else "PRE_MONEY"
        mechanism, kind = {"type": "SAFE_CONVERSION", "conversion_mfn": False, "conversion_timing": timing}, "SAFE"
        mechanism |= {"capitalization_definition_rules": CAPITALISATION}
    if one.discount:
        mechanism["conversion_discount"] = _share(one.discount)
    if one.cap_fen is not None:
        mechanism["conversion_valuation_cap"] = money(one.cap_fen)[0]
    trigger = {
        "type": "AUTOMATIC_ON_CONDITION", "trigger_id": QUALIFIED_ROUND, "nickname": CONDITIONS[QUALIFIED_ROUND][1],
        "trigger_condition": CONDITIONS[QUALIFIED_ROUND][2], "conversion_right": _right(mechanism),
    }  # fmt: skip
    return {
        "object_type": "TX_CONVERTIBLE_ISSUANCE", "id": identity(company, one.id, "issuance"),
        "security_id": identity(company, one.id, "security"), "date": date, "custom_id": one.id, "stakeholder_id": holder_id,
        "investment_amount": money(one.principal_fen)[0], "convertible_type": kind, "seniority": 1,
        "security_law_exemptions": [], "conversion_triggers": [trigger],
    }  # fmt: skip


CAPITALISATION = {
    "include_outstanding_shares": True, "include_outstanding_options": True, "include_outstanding_unissued_options": True,
    "include_this_security": True, "include_other_converting_securities": True,
    "include_option_pool_topup_for_promised_options": False, "include_additional_option_pool_topup": False,
    "include_new_money": False,
}  # fmt: skip
"""K of a post-money SAFE (7.2 step 2): everything that exists and converts, the pool before its top-up, not the new money."""


def _note(one: Instrument, date: str) -> Item:
    if one.accrual is not None and one.accrual.year_basis != 365:
        raise refuse("UNKNOWN_BASIS", where=f"{one.id} day_count_convention", value=one.accrual.year_basis, known="365")
    rate = _share(one.accrual.annual_rate) if one.accrual else "0"
    start = one.accrual.start.isoformat() if one.accrual else date
    return {
        "type": "CONVERTIBLE_NOTE_CONVERSION", "interest_rates": [{"rate": rate, "accrual_start_date": start}],
        "day_count_convention": "ACTUAL_365", "interest_payout": "DEFERRED", "interest_accrual_period": "DAILY",
        "compounding_type": "SIMPLE",
    }  # fmt: skip


def _share(part: Fraction) -> str:
    return exact.decimal(part, 10).rstrip("0").rstrip(".") or "0"


@dataclass(slots=True)
class Security:
    """Units of a class, or fen of a convertible, in one hand."""

    id: str
    holder_id: str
    kind: str
    amount: int
    custom_id: str


@dataclass(slots=True)
class Register:
    """Who holds which security; fed item by item, whether built here or read."""

    held: dict[str, Security] = field(default_factory=dict)
    pool: dict[str, int] = field(default_factory=dict)

    def take(self, item: Mapping[str, Any]) -> None:
        """Let one item happen. Raises MORE_THAN_HELD, FIELD_WRONG for a security that is not there."""
        kind = item["object_type"]
        if kind == "TX_STOCK_ISSUANCE":
            amount = count_of(item["quantity"], f"{item['id']} quantity")
            self._add(item, item["stock_class_id"], amount)
        elif kind == "TX_CONVERTIBLE_ISSUANCE":
            self._add(item, item["convertible_type"], fen_of(item["investment_amount"]))
        elif kind in ("TX_STOCK_TRANSFER", "TX_CONVERTIBLE_CONVERSION", "TX_CONVERTIBLE_CANCELLATION"):
            self.security(item["security_id"])
            del self.held[item["security_id"]]
        elif kind == "TX_STOCK_CLASS_SPLIT":
            ratio = split_ratio(item)
            for one in self.held.values():
                if one.kind == item["stock_class_id"]:
                    one.amount = count_of(exact.text(one.amount * ratio), f"{item['id']} split")
        elif kind == "TX_STOCK_PLAN_POOL_ADJUSTMENT":
            self.pool[item["stock_plan_id"]] = count_of(item["shares_reserved"], f"{item['id']} shares_reserved")

    def _add(self, item: Mapping[str, Any], kind: str, amount: int) -> None:
        self.held[item["security_id"]] = Security(item["security_id"], item["stakeholder_id"], kind, amount, item["custom_id"])

    def security(self, name: str) -> Security:
        if name not in self.held:
            raise refuse("FIELD_WRONG", where="security_id", value=name)
        return self.held[name]

    def stocks(self, holder_id: str | None = None) -> list[Security]:
        """Stock, oldest first."""
        return [s for s in self.held.values() if s.kind not in CONVERTIBLES and holder_id in (None, s.holder_id)]

    def grants(self, grant: str) -> list[Security]:
        """What is open of a grant, oldest tranche first."""
        return [s for s in self.held.values() if s.kind == "CONVERTIBLE_SECURITY" and grant_of(s.custom_id)[0] == grant]

    def table(self) -> dict[str, int]:
        """Units by holder's id, out of the items alone."""
        found: dict[str, int] = {}
        for one in self.stocks():
            found[one.holder_id] = found.get(one.holder_id, 0) + one.amount
        return found


CONVERTIBLES = ("NOTE", "SAFE", "CONVERTIBLE_SECURITY")


def split_ratio(item: Mapping[str, Any]) -> Fraction:
    ratio = item["split_ratio"]
    over = Fraction(ratio["denominator"])
    if over <= 0:
        raise refuse("NUMBER_NOT_EXACT", where=f"{item['id']} split_ratio", value=ratio["denominator"])
    return Fraction(Fraction(ratio["numerator"]), over)


def grant_of(custom_id: str) -> tuple[str, str]:
    """ "G1-2" is tranche 2 of G1, "G1-2B" what a conversion left of it; another name is a grant with one tranche."""
    grant, dash, number = custom_id.rpartition("-")
    plain = number.rstrip("B")
    return (grant, plain) if dash and plain.isdigit() else (custom_id, "1")


def pieces(securities: Iterable[Security], wanted: int) -> list[tuple[Security, int]]:
    """Securities that together give `wanted`, oldest first, the last perhaps in part. Raises MORE_THAN_HELD."""
    found, left = [], wanted
    for one in securities:
        if left and one.amount:
            part = min(left, one.amount)
            found.append((one, part))
            left -= part
    if left:
        raise refuse("MORE_THAN_HELD", where="security", value=wanted, held=wanted - left)
    return found
