"""A package of the open cap table format as events (fund.md 12): item by item, all or nothing, checked by its own table."""

import datetime
from collections.abc import Iterator
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

from xinya.fund.engine import exact
from xinya.fund.engine.book import Book
from xinya.fund.engine.events import Event
from xinya.fund.engine.refusal import refuse
from xinya.fund.engine.terms import POOL

from .cases import day
from .ocf import Package
from .ocf_items import Item, Register, count_of, fen_of, grant_of, split_ratio

MOVES_NOTHING = (
    "_ACCEPTANCE", "TX_VESTING_START", "TX_VESTING_EVENT", "TX_VESTING_ACCELERATION", "_AUTHORIZED_SHARES_ADJUSTMENT",
    "TX_STOCK_CLASS_CONVERSION_RATIO_ADJUSTMENT",
)  # fmt: skip
ISSUANCES = ("TX_STOCK_ISSUANCE", "TX_CONVERTIBLE_ISSUANCE")


@dataclass(slots=True)
class _Group:
    """The items of one event; `head` says what happened, the others are the securities it made."""

    head: Item
    items: list[Item] = field(default_factory=list)


def company_of_package(package: Package) -> tuple[Book, dict[str, Any]]:
    """(the events, the facts that a package of the same bytes needs). Events carry their items under `ocf`.

    Money that the format does not know, the pool's own, is put in so that every tranche could be paid. Raises FIELD_WRONG for
    items that change holdings and have no event here (options, warrants, cancelled stock), and for a package whose table
    does not come out of its own items.
    """
    facts = _facts(package)
    names = {ident: holder for holder, ident in facts["holders"].items()}
    register, book = Register(), Book()
    transactions = package.items("transactions")
    events = [(kind, date, content) for kind, date, content in _events(_groups(transactions, facts), package, register, names)]
    for kind, date, content in [*_before(events, facts), *events]:
        book.append(Event(0, kind, date, content))
    _demand_same(book, register, names)
    return book, facts


def _facts(package: Package) -> dict[str, Any]:
    holders: dict[str, str] = {}
    for item in package.items("stakeholders"):
        own = item.get("issuer_assigned_id") or item["name"]["legal_name"]
        holders[own if own not in holders else item["id"]] = item["id"]
    documents = {name: dict(document) for name, document in package.documents.items() if document is not package.manifest}
    for name in package.names("transactions"):
        documents[name]["items"] = [item["id"] for item in documents[name]["items"]]
    plans = package.items("stock_plans")
    if len(plans) > 1:
        raise refuse("FIELD_WRONG", where="stock_plans", value="more than one plan has no place here")
    return {
        "holders": holders,
        "class_ids": {item["name"]: item["id"] for item in package.items("stock_classes")},
        "initial_pool": sum(count_of(plan["initial_shares_reserved"], "initial_shares_reserved") for plan in plans),
        "other_items": [],
        "package": {
            "manifest": package.manifest,
            "documents": documents,
            "order": [item["id"] for item in package.items("transactions")],
        },
    }


def _groups(transactions: list[Item], facts: dict[str, Any]) -> list[_Group]:
    """Issuances go to the conversion, transfer or cancellation that made them; what moves nothing is set aside."""
    made_by: dict[str, str] = {}
    for item in transactions:
        if item["object_type"] not in ISSUANCES:
            for name in [*item.get("resulting_security_ids", []), *filter(None, [item.get("balance_security_id")])]:
                made_by[name] = item["id"]
    groups: dict[str, _Group] = {}
    for item in transactions:
        kind = item["object_type"]
        if kind.endswith(MOVES_NOTHING):
            facts["other_items"].append(item)
            continue
        key = str(made_by.get(item["security_id"], item["id"]) if kind in ISSUANCES else item["id"])
        group = groups.setdefault(key, _Group(item))
        group.items.append(item)
        if item["id"] == key:
            group.head = item
    return list(groups.values())


_Told = tuple[str, datetime.date, dict[str, Any]]


def _events(groups: list[_Group], package: Package, register: Register, names: dict[str, str]) -> Iterator[_Told]:
    rounds = {ident: row for row in package.items("financings") for ident in row["issuance_ids"]}
    balances = {
        i["balance_security_id"]
        for g in groups
        for i in g.items
        if "balance_security_id" in i and i["object_type"].endswith("CONVERSION")
    }
    place = 0
    while place < len(groups):
        group = groups[place]
        head, kind = group.head, group.head["object_type"]
        date = day(head["date"], f"{head['id']} date")
        together = [group]
        if kind == "TX_STOCK_CLASS_SPLIT" or (kind == "TX_STOCK_ISSUANCE" and head["id"] in rounds):
            together = _together(groups[place:], rounds)
        items = [item for one in together for item in one.items]
        reader = READERS.get(kind)
        if reader is None:
            raise refuse("FIELD_WRONG", where=f"transactions, {head['id']}", value=f"{kind} changes holdings and has no event here")
        told = reader(_Reading(head, items, register, names, rounds, balances))
        if told is not None:
            yield told[0], date, {**told[1], "ocf": items}
        for item in items:
            register.take(item)
        place += len(together)


def _together(groups: list[_Group], rounds: dict[str, Item]) -> list[_Group]:
    """Neighbours that are one event here: issues of one financing, or the splits of all classes with the pool's."""
    first = groups[0].head
    found = [groups[0]]
    for group in groups[1:]:
        head = group.head
        if first["object_type"] == "TX_STOCK_CLASS_SPLIT":
            same_split = head["object_type"] == "TX_STOCK_CLASS_SPLIT" and head["split_ratio"] == first["split_ratio"]
            same = head["date"] == first["date"] and (same_split or head["object_type"] == "TX_STOCK_PLAN_POOL_ADJUSTMENT")
        else:
            same = head["object_type"] == "TX_STOCK_ISSUANCE" and rounds.get(head["id"]) is rounds[first["id"]]
        if not same or found[-1].head["object_type"] == "TX_STOCK_PLAN_POOL_ADJUSTMENT":
            break
        found.append(group)
    return found


@dataclass(frozen=True, slots=True)
class _Reading:
    """What a reader sees: the item, all items of the event, and who holds what before it."""

    head: Item
    items: list[Item]
    register: Register
    names: dict[str, str]
    rounds: dict[str, Item]
    balances: set[str]

    def made(self, kind: str) -> list[Item]:
        return [item for item in self.items if item["object_type"] == kind]

    def holder(self, item: Item) -> str:
        return self.names[item["stakeholder_id"]]


def _read_issuance(told: _Reading) -> tuple[str, dict[str, Any]]:
    issued = [{"holder": told.holder(i), "units": count_of(i["quantity"], f"{i['id']} quantity")} for i in told.items]
    financing = told.rounds.get(told.head["id"])
    if financing is not None:
        return "ROUND_CLOSED", {"round": financing["name"], "issued": issued}
    return "UNITS_ISSUED", {"issued": issued}


def _read_convertible(told: _Reading) -> tuple[str, dict[str, Any]] | None:
    """A tranche; notes and SAFEs are carried along without an event of their own until they convert."""
    head = told.head
    if head["convertible_type"] != "CONVERTIBLE_SECURITY":
        return "GRANT_CONTRACTED", {"instrument": head["custom_id"]}
    grant, number = grant_of(head["custom_id"])
    amount = fen_of(head["investment_amount"])
    return "TRANCHE_PAID", {"grant": grant, "no": number, "amount_fen": amount, "holder": told.holder(head)}


def _read_conversion(told: _Reading) -> tuple[str, dict[str, Any]]:
    security = told.register.security(told.head["security_id"])
    stock = told.made("TX_STOCK_ISSUANCE")
    issued = [{"holder": told.holder(i), "units": count_of(i["quantity"], f"{i['id']} quantity")} for i in stock]
    if security.kind != "CONVERTIBLE_SECURITY":
        return "UNITS_ISSUED", {"issued": issued}
    if len({row["holder"] for row in issued}) != 1:
        raise refuse("FIELD_WRONG", where=f"transactions, {told.head['id']}", value="a grant converts for one holder")
    rest = sum(fen_of(item["investment_amount"]) for item in told.made("TX_CONVERTIBLE_ISSUANCE"))
    return "GRANT_CONVERTED", {
        "grant": grant_of(security.custom_id)[0], "principal_fen": security.amount - rest,
        "units": sum(row["units"] for row in issued), "holder": issued[0]["holder"], "trigger_id": told.head["trigger_id"],
    }  # fmt: skip


def _read_cancellation(told: _Reading) -> tuple[str, dict[str, Any]] | None:
    security, amount = told.register.security(told.head["security_id"]), fen_of(told.head["amount"])
    if security.kind != "CONVERTIBLE_SECURITY":
        return "GRANT_CONTRACTED", {"instrument": security.custom_id}
    grant = grant_of(security.custom_id)[0]
    if "核销" in told.head.get("reason_text", "") or "written off" in told.head.get("reason_text", ""):
        return "WRITTEN_OFF", {"grant": grant, "recovered_fen": 0, "written_off_fen": amount}
    kind = "REMAINDER_REPAID" if security.id in told.balances else "REPAID"
    return kind, {"grant": grant, "principal_fen": amount}


def _read_transfer(told: _Reading) -> tuple[str, dict[str, Any]]:
    giver = told.register.security(told.head["security_id"])
    results = set(told.head["resulting_security_ids"])
    takers = [item for item in told.made("TX_STOCK_ISSUANCE") if item["security_id"] in results]
    moved = sum(count_of(item["quantity"], f"{item['id']} quantity") for item in takers)
    if len({item["stakeholder_id"] for item in takers}) != 1 or moved != count_of(told.head["quantity"], "quantity"):
        raise refuse("FIELD_WRONG", where=f"transactions, {told.head['id']}", value="a transfer goes to one holder, all of it")
    return "UNITS_TRANSFERRED", {"from": told.names[giver.holder_id], "to": told.holder(takers[0]), "units": moved}


def _read_split(told: _Reading) -> tuple[str, dict[str, Any]]:
    ratio = split_ratio(told.head)
    covered = {item["stock_class_id"] for item in told.made("TX_STOCK_CLASS_SPLIT")}
    if {one.kind for one in told.register.stocks()} - covered:
        raise refuse("FIELD_WRONG", where=f"transactions, {told.head['id']}", value="a split of some classes has no event here")
    return "UNITS_SPLIT", {"numerator": ratio.numerator, "denominator": ratio.denominator}


def _read_pool(told: _Reading) -> tuple[str, dict[str, Any]]:
    plan = told.head["stock_plan_id"]
    return "POOL_CHANGED", {"plan": plan, "shares_reserved": count_of(told.head["shares_reserved"], "shares_reserved")}


READERS = {
    "TX_STOCK_ISSUANCE": _read_issuance,
    "TX_CONVERTIBLE_ISSUANCE": _read_convertible,
    "TX_CONVERTIBLE_CONVERSION": _read_conversion,
    "TX_CONVERTIBLE_CANCELLATION": _read_cancellation,
    "TX_STOCK_TRANSFER": _read_transfer,
    "TX_STOCK_CLASS_SPLIT": _read_split,
    "TX_STOCK_PLAN_POOL_ADJUSTMENT": _read_pool,
}


def _before(events: list[_Told], facts: dict[str, Any]) -> list[_Told]:
    """What the pool must have done before: money, and the grants with the tranches that were paid. Pool sizes become changes."""
    first = min((date for _kind, date, _content in events), default=datetime.date(2000, 1, 1))
    plans: dict[str, list[int]] = {}
    pool = facts["initial_pool"]
    converted: set[str] = set()
    for kind, _date, content in events:
        if kind == "TRANCHE_PAID":
            plan = plans.setdefault(content["grant"], [])
            plan.append(content["amount_fen"])
            content["no"] = len(plan)
            if content["grant"] in converted:  # the package says that it was paid, and knows of no decision
                content["named_by_decision"] = content["ocf"][0]["id"]
        elif kind == "GRANT_CONVERTED":
            converted.add(content["grant"])
        elif kind == "UNITS_SPLIT":
            pool = exact.floor(Fraction(pool * content["numerator"], content["denominator"]))
        elif kind == "POOL_CHANGED":
            wanted = content.pop("shares_reserved")
            content["change_units"], pool = wanted - pool, wanted
    found: list[_Told] = []
    if facts["initial_pool"]:
        found.append(("CAP_TABLE_OPENED", first, {"holders": {}, "pool_units": facts["initial_pool"], "ocf": []}))
    if plans:
        found.append(("POOL_FUNDED", first, {"amount_fen": sum(map(sum, plans.values())), "ocf": []}))
    for grant, plan in plans.items():
        found.append(("GRANT_APPROVED", first, {"grant": grant, "amount_fen": sum(plan), "tranches_fen": plan, "ocf": []}))
    return found


def _demand_same(book: Book, register: Register, names: dict[str, str]) -> None:
    """The replayed table must be what the items say by themselves."""
    replayed = {holder: held for holder, held in book.view().cap_table().items() if held and holder != POOL}
    items = {names[ident]: held for ident, held in register.table().items() if held}
    if replayed != items:
        wrong = sorted(holder for holder in {*replayed, *items} if replayed.get(holder) != items.get(holder))
        raise refuse("FIELD_WRONG", where="cap table", value=", ".join(wrong))
