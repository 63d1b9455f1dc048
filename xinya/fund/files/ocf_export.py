"""A company's events as a package of the open cap table format (fund.md 12). What was imported is written again as it was."""

from collections.abc import Callable, Mapping
from fractions import Fraction
from typing import Any

from xinya.fund.engine import exact
from xinya.fund.engine.book import Book, Entry
from xinya.fund.engine.effects import issued_lines, paid_lines
from xinya.fund.engine.refusal import refuse
from xinya.fund.engine.terms import POOL

from .cases import day, read_instrument, rows
from .ocf import KINDS, MANIFEST, VERSION, Document, Package
from .ocf_check import demand_item
from .ocf_facts import read_facts
from .ocf_items import (
    QUALIFIED_ROUND,
    Item,
    Register,
    grant_issuance,
    identity,
    instrument_issuance,
    money,
    pieces,
    stock_issuance,
)  # fmt: skip

PUBLIC = "PUBLIC"
COMMON = "COMMON"
REASONS = {
    "REPAID": "本金返还",
    "REMAINDER_REPAID": "未转换余额以现金返还",
    "WRITTEN_OFF": "核销",
}
CONVERTED_REASON = "触发转股"


def package_of(book: Book, facts: Mapping[str, Any], *, company: str | None = None) -> Package:
    """The package of one company. facts: issuer, names of holders, share classes, notes and SAFEs; all may be left out.

    Reversed events and their reversals are left out; so are appraisals, for which the format has no word. The same events
    and facts give the same bytes. Raises UNKNOWN_KIND when the events tell of several companies and none of them is named.
    """
    told = {entry.company for entry in book.entries}
    companies = book.view().companies() or sorted(told - {""}) or [""]
    if company is None and len(companies) == 1:
        company = companies[0]
    if company is None or company not in {*told, *companies}:
        raise refuse("UNKNOWN_KIND", where="--company", value=company or "-", known=", ".join(name or "-" for name in companies))
    return _Export(book, facts, company).package()


class _Export:
    def __init__(self, book: Book, facts: Mapping[str, Any], company: str) -> None:
        facts = read_facts(facts)
        self.book, self.facts, self.company = book, facts, company
        self.register, self.items = Register(), list[Item]()
        told = facts.get("package", {})
        self.manifest: Document = dict(told.get("manifest", {}))
        self.documents: dict[str, Document] = {name: dict(document) for name, document in told.get("documents", {}).items()}
        self.order = {name: place for place, name in enumerate(told.get("order", []))}
        self.holders: dict[str, str] = dict(facts.get("holders", {}))
        self.new: dict[str, list[Item]] = {kind: [] for kind in KINDS}
        self.opened_pool = 0
        self.has_pool = False
        self.classes: dict[str, str] = dict(facts.get("class_ids", {}))

    def package(self) -> Package:
        for item in self.facts.get("other_items", []):
            self.items.append(item)
        for n, row in enumerate(rows(self.facts, "convertibles") if self.facts.get("convertibles") else []):
            one, date = read_instrument(row, f"convertibles.{n}"), day(row.get("date"), f"convertibles.{n}.date").isoformat()
            self._emit(instrument_issuance(self.company, one, date, self._holder(one.holder)))
        for entry in self.book.entries:
            event = entry.event
            if entry.company != self.company or event.seq in self.book.reversed_by or event.type == "REVERSED":
                continue
            if "ocf" in event.content:
                for item in rows(event.content, "ocf", f"event {event.seq}"):
                    demand_item(item, f"event {event.seq}.ocf")
                    self._emit(dict(item))
                continue
            if event.type in BUILDERS:
                BUILDERS[event.type](self, entry)
        return self._package()

    def _emit(self, item: Item) -> None:
        self.register.take(item)
        self.items.append(item)

    def _key(self, entry: Entry, *parts: object) -> tuple[object, ...]:
        return (self.company, entry.event.seq, *parts)

    def _holder(self, holder: str) -> str:
        """The stakeholder's id; one that is not there yet is added."""
        if holder not in self.holders:
            told = self.facts.get("names", {}).get(holder, {})
            told = {"name": told} if isinstance(told, str) else told
            self.holders[holder] = identity(self.company, "holder", holder)
            self.new["stakeholders"].append(
                {
                    "object_type": "STAKEHOLDER", "id": self.holders[holder], "name": {"legal_name": told.get("name", holder)},
                    "stakeholder_type": told.get("type", "INSTITUTION"), "issuer_assigned_id": holder,
                }
            )  # fmt: skip
        return self.holders[holder]

    def _class(self, name: object) -> str:
        """The stock class's id. Our rank 1 is paid first; the format's seniority grows with priority."""
        name = str(name or COMMON)
        if name not in self.classes:
            told = {row["id"]: row for row in self.facts.get("classes", [])}
            lowest = max((row.get("repay_rank", 1) for row in told.values()), default=1)
            row = told.get(name, {})
            made: Item = {
                "object_type": "STOCK_CLASS", "id": identity(self.company, "class", name), "name": row.get("name", name),
                "class_type": "PREFERRED" if row else "COMMON", "default_id_prefix": f"{name}-",
                "initial_shares_authorized": "UNLIMITED", "votes_per_share": "1",
                "seniority": str(lowest - row.get("repay_rank", 1) + 2) if row else "1",
            }  # fmt: skip
            for field, ours in (
                ("liquidation_preference_multiple", "preference_multiple"),
                ("participation_cap_multiple", "cap_multiple"),
            ):
                if row.get(ours) is not None:
                    made[field] = row[ours]
            self.classes[name] = made["id"]
            self.new["stock_classes"].append(made)
        return self.classes[name]

    def issue(self, entry: Entry, holder: str, units: int, price: Fraction, place: int) -> Item:
        item = stock_issuance(
            self._key(entry, place), entry.event.date.isoformat(), self._holder(holder),
            self._class(entry.event.content.get("class")), units, price,
        )  # fmt: skip
        self._emit(item)
        return item

    def set_pool(self, entry: Entry, units: int) -> None:
        """The size of the pool from now on; the plan is made at its first mention."""
        plan = identity(self.company, "plan")
        self.has_pool = True
        self._emit(
            {
                "object_type": "TX_STOCK_PLAN_POOL_ADJUSTMENT", "id": identity(*self._key(entry, "pool")),
                "date": entry.event.date.isoformat(), "stock_plan_id": self._plan() or plan, "shares_reserved": str(units),
            }
        )  # fmt: skip

    def _plan(self) -> str | None:
        plans = [item for document in self.documents.values() if document.get("file_type") == KINDS["stock_plans"][0]
                 for item in document["items"]]  # fmt: skip
        return str(plans[0]["id"]) if plans else None

    def pool(self) -> int:
        """The pool before this event: the last adjustment, else what the plan began with."""
        if self.register.pool:
            return next(reversed(self.register.pool.values()))
        return int(self.facts.get("initial_pool", self.opened_pool))

    def _package(self) -> Package:
        if self.has_pool and self._plan() is None:
            self.new["stock_plans"].append(
                {
                    "object_type": "STOCK_PLAN", "id": identity(self.company, "plan"), "plan_name": "预留股权池",
                    "initial_shares_reserved": str(self.opened_pool), "stock_class_ids": [self._class(COMMON)],
                }
            )  # fmt: skip
        self.items.sort(key=lambda item: self.order.get(item["id"], len(self.order)))
        self.new["transactions"] = self.items
        manifest = self._head()
        for kind, (file_type, name) in KINDS.items():
            listed = manifest.get(f"{kind}_files") or []
            if not listed and (kind != "documents"):
                listed = [{"filepath": f"./{name}", "md5": "0" * 32}]
                manifest[f"{kind}_files"] = listed
            self._fill(kind, file_type, [row["filepath"].removeprefix("./") for row in listed])
        return Package(self.documents | {MANIFEST: manifest})

    def _fill(self, kind: str, file_type: str, names: list[str]) -> None:
        """Transactions go back into the files they came from, new ones into the last; other kinds get what is new."""
        for name in names:
            self.documents.setdefault(name, {"file_type": file_type, "items": []})
        if not names:
            return
        if kind != "transactions":
            last = self.documents[names[-1]]
            last["items"] = [*last["items"], *self.new[kind]]
            return
        came_from = {ident: name for name in names for ident in self.documents[name]["items"] if isinstance(ident, str)}
        sorted_in: dict[str, list[Item]] = {name: [] for name in names}
        for item in self.new[kind]:
            sorted_in[came_from.get(item["id"], names[-1])].append(item)
        for name in names:
            self.documents[name]["items"] = sorted_in[name]

    def _head(self) -> Document:
        last = max((item["date"] for item in self.items if "date" in item), default="2000-01-01")
        first = min((item["date"] for item in self.items if "date" in item), default="2000-01-01")
        if self.manifest:
            added = [item["date"] for item in self.items if "date" in item and item["id"] not in self.order]
            return self.manifest | {"as_of": max([self.manifest["as_of"], *added])}
        issuer = {
            "object_type": "ISSUER", "id": identity(self.company, "issuer"), "legal_name": self.company or "company",
            "formation_date": first, "country_of_formation": "CN",
        }  # fmt: skip
        as_of = self.facts.get("as_of", last)
        day(as_of, "as_of")
        return {
            "file_type": "OCF_MANIFEST_FILE", "ocf_version": VERSION, "as_of": as_of,
            "generated_at": self.facts.get("generated_at", f"{as_of}T00:00:00+08:00"),
            "issuer": issuer | dict(self.facts.get("issuer", {})),
        }  # fmt: skip


def _issued(export: _Export, entry: Entry) -> None:
    content = entry.event.content
    price = exact.rational(content.get("price_fen_exact", "0"), "data.price_fen_exact")
    name = "holders" if entry.event.type == "CAP_TABLE_OPENED" else "issued"
    is_one = name == "issued" and name not in content
    lines = [(content["holder"], content["units"])] if is_one else issued_lines(content, name)
    for place, (holder, units) in enumerate(lines, start=1):
        if units:
            export.issue(entry, holder, units, price, place)
    if entry.event.type == "CAP_TABLE_OPENED" and content.get("pool_units"):
        export.opened_pool, export.has_pool = content["pool_units"], True


def _pool_changed(export: _Export, entry: Entry) -> None:
    change = sum(amount for key, amount in entry.changes if key[0] == "units" and key[2] == POOL)
    if change:
        export.set_pool(entry, export.pool() + change)


def _round(export: _Export, entry: Entry) -> None:
    content, made = entry.event.content, []
    paid = dict(paid_lines(content))
    for place, (holder, units) in enumerate(issued_lines(content), start=1):
        if not units:
            continue
        price = Fraction(paid.get(holder, 0), units)
        if "pps_fen_exact" in content:
            price = exact.rational(content["pps_fen_exact"], "data.pps_fen_exact")
        made.append(export.issue(entry, holder, units, price, place)["id"])
    _pool_changed(export, entry)
    if made:
        export.new["financings"].append(
            {
                "object_type": "FINANCING", "id": identity(*export._key(entry, "financing")),
                "name": str(content.get("round", entry.event.seq)), "issuance_ids": made, "date": entry.event.date.isoformat(),
            }
        )  # fmt: skip


def _tranche(export: _Export, entry: Entry) -> None:
    content = entry.event.content
    custom_id = f"{content['grant']}-{content['no']}"
    holder = export._holder(content.get("holder", PUBLIC))
    export._emit(grant_issuance(export._key(entry), custom_id, entry.event.date.isoformat(), holder, content["amount_fen"]))


def _converted(export: _Export, entry: Entry) -> None:
    """Principal oldest tranche first, units by largest remainder; a rest stands in a balance security."""
    content, date = entry.event.content, entry.event.date
    parts = pieces(export.register.grants(content["grant"]), content["principal_fen"])
    price = Fraction(content["principal_fen"], content["units"]) if content["units"] else Fraction(0)
    if "pps_fen_exact" in content:
        price = exact.rational(content["pps_fen_exact"], "data.pps_fen_exact")
    split = exact.split(content["units"], [part for _security, part in parts])
    for place, ((security, part), units) in enumerate(zip(parts, split, strict=True), start=1):
        stock = export.issue(entry, content.get("holder", PUBLIC), units, price, place)
        if export.new["financings"] and export.new["financings"][-1]["date"] == date.isoformat():
            export.new["financings"][-1]["issuance_ids"].append(stock["id"])
        item: Item = {
            "object_type": "TX_CONVERTIBLE_CONVERSION", "id": identity(*export._key(entry, place, "conversion")),
            "security_id": security.id, "date": date.isoformat(), "reason_text": CONVERTED_REASON,
            "trigger_id": content.get("trigger_id", QUALIFIED_ROUND), "resulting_security_ids": [stock["security_id"]],
        }  # fmt: skip
        export._emit(item | _balance(export, entry, place, part))


def _balance(export: _Export, entry: Entry, place: int, part: int) -> Item:
    """The security that holds what is left of the one used up in part; nothing when it is used up."""
    content = entry.event.content
    security = pieces(export.register.grants(content["grant"]), part)[0][0]
    if security.amount == part:
        return {}
    custom_id = f"{security.custom_id}B"
    rest = grant_issuance(
        export._key(entry, place, "rest"), custom_id, entry.event.date.isoformat(), security.holder_id, security.amount - part
    )
    export._emit(rest)
    return {"balance_security_id": rest["security_id"]}


def _cancelled(export: _Export, entry: Entry) -> None:
    content = entry.event.content
    lost = content.get("recovered_fen", 0) + content.get("written_off_fen", 0)
    amount = lost if entry.event.type == "WRITTEN_OFF" else content.get("principal_fen", content.get("amount_fen", 0))
    if not amount or content.get("account") == "EQUITY_AT_COST":
        return
    for place, (security, part) in enumerate(pieces(export.register.grants(content["grant"]), amount), start=1):
        item: Item = {
            "object_type": "TX_CONVERTIBLE_CANCELLATION", "id": identity(*export._key(entry, place, "cancellation")),
            "security_id": security.id, "date": entry.event.date.isoformat(), "amount": money(part)[0],
            "reason_text": REASONS[entry.event.type],
        }  # fmt: skip
        export._emit(item | _balance(export, entry, place, part))


def _transferred(export: _Export, entry: Entry) -> None:
    content = entry.event.content
    is_sale = entry.event.type == "SHARES_SOLD"
    giver = content.get("holder", PUBLIC) if is_sale else content["from"]
    taker = export._holder(content["buyer" if is_sale else "to"])
    price = Fraction(content.get("price_fen", 0), content["units"])
    for place, (security, part) in enumerate(pieces(export.register.stocks(export._holder(giver)), content["units"]), start=1):
        date, left = entry.event.date.isoformat(), security.amount - part
        got = stock_issuance(export._key(entry, place), date, taker, security.kind, part, price)
        export._emit(got)
        item: Item = {
            "object_type": "TX_STOCK_TRANSFER", "id": identity(*export._key(entry, place, "transfer")), "security_id": security.id,
            "date": date, "quantity": str(part), "resulting_security_ids": [got["security_id"]],
        }  # fmt: skip
        if left:
            rest = stock_issuance(export._key(entry, place, "rest"), date, security.holder_id, security.kind, left, Fraction(0))
            export._emit(rest)
            item["balance_security_id"] = rest["security_id"]
        export._emit(item)


def _adjusted(export: _Export, entry: Entry) -> None:
    (_transferred if "from" in entry.event.content else _issued)(export, entry)


def _split(export: _Export, entry: Entry) -> None:
    content = entry.event.content
    ratio = {"numerator": str(content["numerator"]), "denominator": str(content.get("denominator", 1))}
    pool = export.pool()
    for class_id in dict.fromkeys(one.kind for one in export.register.stocks()):
        export._emit(
            {
                "object_type": "TX_STOCK_CLASS_SPLIT", "id": identity(*export._key(entry, class_id)),
                "date": entry.event.date.isoformat(), "stock_class_id": class_id, "split_ratio": ratio,
            }
        )  # fmt: skip
    if pool:
        export.set_pool(entry, exact.floor(Fraction(pool * content["numerator"], content.get("denominator", 1))))


BUILDERS: dict[str, Callable[[_Export, Entry], None]] = {
    "CAP_TABLE_OPENED": _issued, "UNITS_ISSUED": _issued, "POOL_CHANGED": _pool_changed, "UNITS_TRANSFERRED": _transferred,
    "UNITS_SPLIT": _split, "ROUND_CLOSED": _round, "TRANCHE_PAID": _tranche, "GRANT_CONVERTED": _converted,
    "REMAINDER_REPAID": _cancelled, "REPAID": _cancelled, "WRITTEN_OFF": _cancelled, "SHARES_SOLD": _transferred,
    "ADJUSTED": _adjusted,
}  # fmt: skip
