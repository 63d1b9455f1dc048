"""Companies that are one: where a merged one is found now, what was merged, and which pairs a person should look at."""

import hashlib
import json
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any

from django.apps import apps
from django.db.models import Count, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from xinya.kit.refusals import Refused
from xinya.kit.text import gettext_noop as _

from .. import rules
from ..engine.company_names import name_key
from ..engine.duplicates import Pair, likely_pairs
from ..engine.imports.register import Known, Register
from ..engine.place_names import places_for
from ..models import Company, CompanyIdent, CompanyMerge, CompanyName, Fact, Person, TwoFirms, Zone
from ..models.places import key_of_name
from .freshness import SINGLE
from .gate import gated, say_where, visible_to
from .import_register import HeldRegister, held_register

__all__ = [
    "SINGLE", "Likely", "company_named", "counts_held", "facts_side_by_side", "identity_digests", "known_pair",
    "likely_duplicates", "merge_visible", "merges_into_it", "merges_listed", "names_of_merged", "signpost", "signposts",
    "told_apart", "two_seen",
]  # fmt: skip

NO_MERGE = _("There is no such merging here.")
UNKNOWN_COMPANY = _("No company of this zone has this name, number or credit code.")
TWO_COMPANIES = _("Several companies have this name; give the number or the credit code.")
OF_IDENTITY = (Fact.Kind.REGISTERED_ADDRESS, Fact.Kind.ACTUAL_ADDRESS, Fact.Kind.FOUNDED)
"""Facts that tell one firm from another; a new one of these, a new name or a new number lets a pair be proposed again."""


@gated(CompanyMerge)
def _merges(person: Person) -> QuerySet[CompanyMerge]:
    """Those of the zones whose register the person may merge in, or audits."""
    if rules.has_power(person, "change_zone") or rules.reads_every_class(person):
        return CompanyMerge.objects.filter(zone__in=visible_to(person, Zone))
    return CompanyMerge.objects.none()


def merge_visible(person: Person, pk: int, code: str | None = None) -> CompanyMerge:
    """One merging that the person may see; any other is refused as not found. One statement."""
    rows = visible_to(person, CompanyMerge).filter(pk=pk).select_related("zone", "by", "undone_by")
    row = (rows if code is None else rows.filter(zone__code=code)).first() if 0 < pk < 2**63 else None
    if row is None:
        raise Refused("no-such-merge", NO_MERGE, status=404)
    return row


def merges_listed(person: Person, zone: Zone, *, with_rows: bool = False) -> QuerySet[CompanyMerge]:
    """What was merged in a zone, the latest first, with the keys of the rows that went over or without. One statement."""
    rows = visible_to(person, CompanyMerge).filter(zone=zone).select_related("zone", "by", "undone_by")
    return rows.defer("altered", "made") if with_rows else rows.defer("moved", "altered", "made")


def merges_into_it() -> dict[str, Any]:
    """What a statement for a company tells of those merged into it: how many, and of the last one number, name, day, merging."""
    rows = CompanyMerge.objects.filter(survivor=OuterRef("pk"), state=CompanyMerge.State.MERGED).order_by()
    last = rows.order_by("-pk")
    counted = rows.values("survivor").annotate(n=Count("pk")).values("n")
    return {
        "merges": Coalesce(Subquery(counted), 0), "last_merge": Subquery(last.values("pk")[:1]),
        "last_merged": Subquery(last.values("merged")[:1]), "last_merged_name": Subquery(last.values("merged_name")[:1]),
        "last_merged_at": Subquery(last.values("at")[:1]),
    }  # fmt: skip


def signposts(zone: Zone) -> dict[int, int]:
    """By merged company of the zone the one that it is now. One statement."""
    rows = Company.everyone.filter(zone=zone).exclude(merged_into=None).values_list("pk", "merged_into_id")
    direct = {pk: at for pk, at in rows if at is not None}
    return {pk: _end(direct, at) for pk, at in direct.items()}


def _end(direct: dict[int, int], at: int) -> int:
    while at in direct:
        at = direct[at]
    return at


def names_of_merged(zone: Zone) -> dict[str, Company]:
    """By the key of a merged company's registered name the company that it is now. At most two statements."""
    now = signposts(zone)
    companies = Company.objects.in_bulk(set(now.values())) if now else {}
    rows = Company.everyone.filter(pk__in=now).order_by("-pk") if now else ()
    return {row.name_key: companies[now[row.pk]] for row in rows if now[row.pk] in companies}


def signpost(pk: int) -> Company:
    """The row of a merged company, with its zone."""
    return Company.everyone.select_related("zone").get(pk=pk)


def known_pair(one: Company, other: Company) -> tuple[Known, Known, Register]:
    """Two companies as the matching sees them, and a register of these two. Two statements."""
    former: dict[int, list[str]] = defaultdict(list)
    others: dict[int, list[str]] = defaultdict(list)
    names = CompanyName.objects.filter(company__in=[one, other], withdrawn_at=None).order_by("pk")
    for pk, name, kind in names.values_list("company", "name", "kind"):
        (former if kind == CompanyName.Kind.FORMER else others)[pk].append(name)
    idents: dict[int, list[str]] = defaultdict(list)
    held = CompanyIdent.objects.filter(company__in=[one, other], withdrawn_at=None)
    for pk, scheme, value in held.values_list("company", "scheme", "value"):
        idents[pk].append(f"{scheme}:{value}")
    known = [
        Known(
            str(row.pk), row.name, row.uscc or None, tuple(former[row.pk]), tuple(idents[row.pk]), aliases=tuple(others[row.pk]),
        )
        for row in (one, other)
    ]  # fmt: skip
    return known[0], known[1], Register.of(known, places_for(one.zone.name))


@lru_cache(maxsize=2)
def _pairs(zone: Zone, _revision: int, _made: datetime) -> tuple[HeldRegister, tuple[Pair, ...]]:
    """Kept as long as nothing of the zone changes."""
    register = held_register(zone, source_kind="")
    return register, tuple(likely_pairs(register))


@dataclass(frozen=True, slots=True)
class Likely:
    """Two companies that may be one, why, and what a person said of them before, where nothing new is known since."""

    one: Known
    other: Known
    pair: Pair
    word: TwoFirms | None = None


def likely_duplicates(zone: Zone, *, company: int | None = None, with_judged: bool = False) -> list[Likely]:
    """Pairs of the zone's register that may be one company, the most like first; those told apart only where asked for.

    At most five statements, constant in the number of companies.
    """
    register, pairs = _pairs(zone, zone.revision, zone.created_at)
    words = {(one.one_id, one.other_id): one for one in TwoFirms.objects.filter(zone=zone, withdrawn_at=None).select_related("by")}
    judged = [key for pair in pairs if (key := (int(pair.one), int(pair.other))) in words]
    digests = identity_digests(register, judged) if judged else {}
    found = []
    for pair in pairs:
        key = int(pair.one), int(pair.other)
        word = words[key] if key in words and digests[key] == words[key].known else None
        if (word is None or with_judged) and (company is None or company in key):
            found.append(Likely(register.by_id[pair.one], register.by_id[pair.other], pair, word))
    return found


def identity_digests(register: Register, pairs: Sequence[tuple[int, int]]) -> dict[tuple[int, int], str]:
    """What is known of each pair that tells firms apart: names, numbers, addresses, day of founding. One statement."""
    wanted = sorted({pk for pair in pairs for pk in pair})
    told: dict[int, set[str]] = defaultdict(set)
    for start in range(0, len(wanted), 500):
        facts = Fact.objects.filter(company__in=wanted[start : start + 500], kind__in=OF_IDENTITY, withdrawn_at=None)
        for company, kind, text in facts.values_list("company", "kind", "text"):
            told[company or 0].add(f"{kind}:{text}")
    for pk in wanted:
        known = register.by_id[str(pk)]
        told[pk] |= {f"name:{name_key(name)}" for name in known.names} | {*known.idents, f"code:{known.code or ''}"}
    parts = {pk: sorted(told[pk]) for pk in wanted}
    return {
        (one, other): hashlib.sha256(json.dumps([parts[one], parts[other]], ensure_ascii=False).encode()).hexdigest()
        for one, other in pairs
    }


def company_named(person: Person, zone: Zone, words: str) -> Company:
    """The company of the zone that a name, another name, a credit code or a number means. One statement.

    Raises Refused: unknown-company, two-companies (422).
    """
    key = key_of_name(words)
    named = CompanyName.objects.filter(name_key=key, withdrawn_at=None).values("company")
    meant = Q(name_key=key) | Q(pk__in=named) | Q(uscc=words.strip().upper(), uscc__gt="")
    number = words.strip()
    if number.isascii() and number.isdecimal() and len(number) < 18:
        meant |= Q(pk=int(number))
    rows = list(visible_to(person, Company).filter(meant, zone=zone, is_outside=False)[:2]) if key else []
    if not rows:
        raise Refused("unknown-company", UNKNOWN_COMPANY, status=422)
    if len(rows) > 1:
        raise Refused("two-companies", TWO_COMPANIES, status=422)
    return rows[0]


def facts_side_by_side(person: Person, companies: Collection[Company]) -> dict[int, list[Fact]]:
    """What the person may read of each of these companies, in the order of kind and period. One statement."""
    found: dict[int, list[Fact]] = defaultdict(list)
    rows = visible_to(person, Fact).filter(company__in=companies).select_related("source").order_by("kind", "-period", "pk")
    for fact in rows:
        found[fact.company_id or 0].append(fact)
    return found


def two_seen(person: Person, zone: Zone, one: int, other: int) -> tuple[Company, Company]:
    """Two different companies of the zone that the person sees. One statement.

    Raises Refused no-such-company (404), Elsewhere for a merged one.
    """
    wanted = [pk for pk in (one, other) if 0 < pk < 2**63]
    rows = visible_to(person, Company).filter(zone=zone, is_outside=False, pk__in=wanted).select_related("zone").in_bulk()
    if one == other or one not in rows or other not in rows:
        for pk in wanted if one != other else ():
            say_where(person, pk, zone.code)
        raise Refused("no-such-company", _("There is no such company in this zone."), status=404)
    return rows[one], rows[other]


def told_apart(one: Company, other: Company) -> TwoFirms | None:
    """What a person said before of these two being two firms. One statement."""
    older, younger = sorted((one.pk, other.pk))
    return TwoFirms.objects.filter(one=older, other=younger, withdrawn_at=None).select_related("by").first()


def counts_held(companies: Sequence[int], moves: Mapping[str, Any]) -> dict[int, dict[str, int]]:
    """How many rows of each kind point to each company, by the word of the kind. One statement."""
    asked: dict[str, Any] = {}
    words: dict[str, str] = {}
    for number, (place, move) in enumerate((place, move) for place, move in moves.items() if move.word):
        label, _dot, field = place.rpartition(".")
        rows = apps.get_model(label)._base_manager.filter(**{field: OuterRef("pk")}).order_by().values(field)
        asked[f"n{number}"] = Coalesce(Subquery(rows.annotate(n=Count("pk")).values("n")), 0)
        words[f"n{number}"] = move.word
    found: dict[int, dict[str, int]] = {}
    for row in Company.everyone.filter(pk__in=companies).annotate(**asked):
        told: dict[str, int] = {}
        for name, word in words.items():
            told[word] = told.get(word, 0) + getattr(row, name)
        found[row.pk] = told
    return found
