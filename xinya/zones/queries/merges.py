"""Companies that are one: where a merged one is found now, what was merged, and which pairs a person should look at."""

import hashlib
import json
from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache

from django.db.models import Q, QuerySet

from xinya.kit.refusals import Refused
from xinya.kit.text import gettext_noop as _
from xinya.kit.text import plain

from .. import rules
from ..engine.duplicates import Pair, likely_pairs
from ..engine.imports.register import Known, Register
from ..models import Company, CompanyIdent, CompanyMerge, CompanyName, Fact, Person, TwoFirms, Zone
from .gate import gated, visible_to
from .import_register import held_register

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


def merges_listed(person: Person, zone: Zone) -> QuerySet[CompanyMerge]:
    """What was merged in a zone, the latest first. One statement."""
    return visible_to(person, CompanyMerge).filter(zone=zone).select_related("by", "undone_by").defer("moved", "altered", "made")


def merged_into(company: Company) -> list[CompanyMerge]:
    """What was merged into this company and still is, the latest first. One statement."""
    rows = CompanyMerge.objects.filter(survivor=company, state=CompanyMerge.State.MERGED)
    return list(rows.select_related("by").defer("moved", "altered", "made"))


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
    """Two companies as the matching sees them, and the register of their zone's places. Three statements."""
    register = held_register(one.zone, source_kind="")
    return register.by_id[str(one.pk)], register.by_id[str(other.pk)], register


@lru_cache(maxsize=8)
def _pairs(pk: int, _revision: int, _made: datetime) -> tuple[Pair, ...]:
    """Kept as long as nothing of the zone changes."""
    return tuple(likely_pairs(held_register(Zone.objects.get(pk=pk), source_kind="")))


@dataclass(frozen=True, slots=True)
class Likely:
    """Two companies that may be one, why, and what a person said of them before where that is not out of date."""

    one: Company
    other: Company
    pair: Pair
    word: TwoFirms | None = None


def likely_duplicates(zone: Zone, *, company: int | None = None, with_judged: bool = False) -> list[Likely]:
    """Pairs of the zone's register that may be one company, the most like first; those told apart only where asked for.

    At most eight statements, constant in the number of companies.
    """
    pairs = [p for p in _pairs(zone.pk, zone.revision, zone.created_at) if company is None or str(company) in (p.one, p.other)]
    words = {(one.one_id, one.other_id): one for one in TwoFirms.objects.filter(zone=zone, withdrawn_at=None).select_related("by")}
    judged = [key for p in pairs if (key := (int(p.one), int(p.other))) in words]
    digests = identity_digests(zone, judged) if judged else {}
    found = []
    wanted = Company.objects.filter(zone=zone).in_bulk({int(pk) for p in pairs for pk in (p.one, p.other)}) if pairs else {}
    for pair in pairs:
        key = int(pair.one), int(pair.other)
        word = words.get(key)
        holds = word is not None and digests[key] == word.known
        if (holds and not with_judged) or key[0] not in wanted or key[1] not in wanted:
            continue
        found.append(Likely(wanted[key[0]], wanted[key[1]], pair, word if holds else None))
    return found


def identity_digests(zone: Zone, pairs: Sequence[tuple[int, int]]) -> dict[tuple[int, int], str]:
    """What is known of each pair that tells firms apart: names, numbers, addresses, day of founding. Four statements."""
    companies = {pk for pair in pairs for pk in pair}
    told: dict[int, list[str]] = defaultdict(list)
    for pk, name, code in Company.objects.filter(pk__in=companies).values_list("pk", "name_key", "uscc"):
        told[pk] += [f"name:{name}", f"code:{code}"]
    for pk, key in _in_force(CompanyName.objects.filter(company__in=companies)).values_list("company", "name_key"):
        told[pk].append(f"name:{key}")
    for pk, scheme, value in _in_force(CompanyIdent.objects.filter(company__in=companies)).values_list(
        "company", "scheme", "value"
    ):
        told[pk].append(f"{scheme}:{value}")
    facts = _in_force(Fact.objects.filter(company__in=companies, kind__in=OF_IDENTITY))
    for pk, kind, text in facts.values_list("company", "kind", "text"):
        told[pk or 0].append(f"{kind}:{text}")
    parts = {pk: sorted(set(words)) for pk, words in told.items()}
    return {
        pair: hashlib.sha256(json.dumps([parts.get(pk, []) for pk in pair], ensure_ascii=False).encode()).hexdigest()
        for pair in pairs
    }  # fmt: skip


def _in_force(rows: "QuerySet") -> "QuerySet":  # type: ignore[type-arg]
    return rows.filter(withdrawn_at=None)


def company_named(person: Person, zone: Zone, words: str) -> Company:
    """The company of the zone that a name, another name, a credit code or a number means. One statement.

    Raises Refused: unknown-company, two-companies (422).
    """
    key = plain(words)
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
