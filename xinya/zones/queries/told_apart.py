"""Pairs of a row and a company that a person has called two, and what both were called and numbered then."""

import hashlib
import json
from collections import defaultdict
from collections.abc import Collection

from django.db.models import Exists, OuterRef, Q

from ..engine.imports.as_facts import unpacked
from ..engine.imports.rows import words_of
from ..models import Company, CompanyIdent, CompanyName, ImportBatch, ImportRow, MatchDecision

SIZE = 500


def identities(companies: Collection[int]) -> dict[int, str]:
    """By company its names, credit code and other numbers of today as one digest. Three statements for each 500 companies."""
    told: dict[int, set[str]] = defaultdict(set)
    keys = sorted(companies)
    for start in range(0, len(keys), SIZE):
        some = keys[start : start + SIZE]
        for pk, name, code in Company.objects.filter(pk__in=some).values_list("pk", "name_key", "uscc"):
            told[pk] |= {f"name:{name}", f"code:{code}"}
        for pk, name in CompanyName.objects.filter(company__in=some, withdrawn_at=None).values_list("company", "name_key"):
            told[pk].add(f"name:{name}")
        idents = CompanyIdent.objects.filter(company__in=some, withdrawn_at=None)
        for pk, scheme, value in idents.values_list("company", "scheme", "value"):
            told[pk].add(f"{scheme}:{value}")
    return {pk: hashlib.sha256(json.dumps(sorted(words)).encode()).hexdigest() for pk, words in told.items()}


def told_apart(batch: ImportBatch) -> dict[tuple[str, str], frozenset[str]]:
    """(who a row is, company): the names and numbers of the row, for pairs that are not asked about again. Six statements or so.

    Only rows of the zone's own lists that are in the register. What was said of a list that was thrown away or undone, and what a
    company says in a list of its own, makes no company of another list. A company that was given another name or number since, by
    whatever way, is asked about again.
    """
    rows = ImportRow.objects.filter(batch=OuterRef("batch"), row=OuterRef("row"), part__isnull=False)
    stands = Q(batch__zone=batch.zone_id, batch__company=None, batch__state=ImportBatch.State.COMMITTED) & Exists(rows)
    said = MatchDecision.objects.filter(stands, state=MatchDecision.State.REJECTED, company__isnull=False).exclude(batch=batch)
    pairs = list(said.values_list("batch", "row", "identity", "company", "known"))
    now = identities({company for _batch, _row, _identity, company, known in pairs if company is not None and known})
    kept = [one for one in pairs if not one[4] or now.get(one[3] or 0) == one[4]]
    words = _words({(one[0], one[1]) for one in kept})
    found: dict[tuple[str, str], frozenset[str]] = {}
    for other, row, identity, company, _known in kept:
        key = identity, str(company)
        found[key] = found.get(key, frozenset()) | words.get((other, row), frozenset())
    return found


def _words(places: Collection[tuple[int, int]]) -> dict[tuple[int, int], frozenset[str]]:
    """By list and row what the row told of itself."""
    by_batch: dict[int, list[int]] = defaultdict(list)
    for batch, row in places:
        by_batch[batch].append(row)
    found = {}
    for batch, numbers in by_batch.items():
        for start in range(0, len(numbers), SIZE):
            some = ImportRow.objects.filter(batch=batch, row__in=numbers[start : start + SIZE])
            for row, name, code, values in some.values_list("row", "name", "code", "values"):
                former = unpacked(values["former_names"]).plain if "former_names" in values else ()
                found[batch, row] = words_of(name, code, former or (), values.get("idents", ()))
    return found
