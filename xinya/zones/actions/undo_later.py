"""What lists that came later, and still stand, say of what a list brought: while they do, the list is not undone."""

import datetime
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Exists, OuterRef, QuerySet

from xinya.kit.text import plain

from ..engine.imports.as_facts import is_list, key_of, unpacked
from ..engine.imports.fields import BY_CODE
from ..models import Company, CompanyIdent, CompanyName, Fact, ImportBatch, ImportRow, IndicatorValue
from .import_again import says_still
from .import_preview import CLEARS, SIZE


@dataclass(slots=True)
class _Brought:
    """Of one company that was here before: what an undo would take from it, and what would hold again."""

    facts: list[Fact] = field(default_factory=list)
    returning: list[Fact] = field(default_factory=list)
    names: set[str] = field(default_factory=set)
    name: str = ""
    code: str = ""
    idents: set[str] = field(default_factory=set)


def facts_returning(batch: ImportBatch) -> QuerySet[Fact]:
    """What the list had withdrawn and its undo brings back: not where a person has corrected the list's own word since."""
    corrected = Fact.objects.filter(replaces=OuterRef("pk"), batch=batch, withdrawn_at__isnull=False)
    return Fact.objects.filter(taken_by=batch).annotate(was_corrected=Exists(corrected)).filter(was_corrected=False)


def said_later(batch: ImportBatch, made: Sequence[int]) -> Iterator[tuple[int, int]]:
    """(company, list) for each later list in the register that names a company which this list made, or says what it brought.

    A later list that found everything as it was has written nothing: what it says rests on the earlier one alone. The same of
    a product that both lists dropped, or a cell that both cleared. A few statements for each 500 companies of the list.
    """
    later = _later(batch)
    if not later:
        return
    for some in _some(made):
        rows = _rows(later, some).order_by("company", "batch").values_list("company", "batch").distinct()
        yield from ((company or 0, other) for company, other in rows)
    brought = _brought(batch)
    since = datetime.datetime.fromisoformat(batch.parts[0]["at"])
    for some in _some(sorted(brought.keys() - set(made))):
        own = _written(later, some)
        seen: set[tuple[int, int]] = set()
        for row in _rows(later, some).order_by("company", "batch", "row").iterator(chunk_size=SIZE):
            other, company = later[row.batch_id], row.company_id or 0
            at = _at(other, row.part)
            place = company, other.pk
            if place not in seen and at > since and _rests_on(brought[company], row, other, own[place], at):
                seen.add(place)
                yield place


def figures_said_later(batch: ImportBatch) -> list[tuple[str, int]]:
    """(figure, list) for each later list of indicators in the register that found a figure of this one right. Three statements."""
    later = _later(batch) if batch.kind == ImportBatch.Kind.INDICATORS else {}
    if not later:
        return []
    held = IndicatorValue.objects.filter(batch=batch, withdrawn_at=None)
    brought = set(held.values_list("definition__code", "definition__version", "period", "revision"))
    same = ImportRow.objects.filter(batch__in=list(later), part__isnull=False, outcome="same").order_by("batch", "row")
    found: dict[tuple[str, int], None] = {}
    for other, values in same.values_list("batch", "values"):
        if (values["code"], values["version"], values["period"], values["revision"]) in brought:
            found[f"{values['code']} {values['period']}", other] = None
    return list(found)


def _some(companies: Sequence[int]) -> Iterator[Sequence[int]]:
    return (companies[start : start + SIZE] for start in range(0, len(companies), SIZE))


def _later(batch: ImportBatch) -> dict[int, ImportBatch]:
    """Lists of the zone in the register with a part from after the first part of this one."""
    if not batch.parts:
        return {}
    first = datetime.datetime.fromisoformat(batch.parts[0]["at"])
    rows = ImportBatch.objects.filter(zone=batch.zone_id, kind=batch.kind, state=ImportBatch.State.COMMITTED)
    return rows.filter(committed_at__gt=first).exclude(pk=batch.pk).in_bulk()


def _rows(later: Iterable[int], companies: Sequence[int]) -> QuerySet[ImportRow]:
    rows = ImportRow.objects.filter(company__in=companies, batch__in=list(later), part__isnull=False)
    return rows.only("batch", "row", "name", "code", "company", "part", "values")


def _at(batch: ImportBatch, part: int | None) -> datetime.datetime:
    """When a part of a list went into the register."""
    told = next(one["at"] for one in batch.parts if one["number"] == part)
    return datetime.datetime.fromisoformat(told)


def _brought(batch: ImportBatch) -> dict[int, _Brought]:
    """By company what the list brought and took away. Six statements."""
    found: dict[int, _Brought] = defaultdict(_Brought)
    made = batch.rows.filter(is_new=True, part__isnull=False, company__isnull=False).values("company")
    facts = Fact.objects.filter(batch=batch, withdrawn_at=None, company__isnull=False).exclude(company__in=made)
    for fact in facts.only("company", "kind", "period", "text", "number", "lower", "upper", "known_from"):
        found[fact.company_id or 0].facts.append(fact)
    for fact in facts_returning(batch).exclude(company=None).select_related("source"):
        found[fact.company_id or 0].returning.append(fact)
    names = CompanyName.objects.filter(batch=batch, withdrawn_at=None, was_held=False)
    for company, key in names.values_list("company", "name_key"):
        found[company].names.add(key)
    idents = CompanyIdent.objects.filter(batch=batch, withdrawn_at=None)
    for company, scheme, value in idents.values_list("company", "scheme", "value"):
        found[company].idents.add(f"{scheme}:{value}")
    renewed = batch.rows.filter(part__isnull=False, is_new=False, company__isnull=False).exclude(before={})
    told = dict(renewed.values_list("company", "before"))
    for some in _some(sorted(pk for pk in told if pk is not None)):
        for company, name, code in Company.objects.filter(pk__in=some).values_list("pk", "name", "uscc"):
            found[company].name = plain(name) if "name" in told[company] else ""
            found[company].code = code if "uscc" in told[company] else ""
    return found


def _written(later: Iterable[int], companies: Sequence[int]) -> dict[tuple[int, int], set[tuple[str, str, str]]]:
    """By company and list the facts in force that the later lists wrote themselves: kind, period, text."""
    found: dict[tuple[int, int], set[tuple[str, str, str]]] = defaultdict(set)
    rows = Fact.objects.filter(batch__in=list(later), company__in=companies, withdrawn_at=None)
    for company, other, kind, period, text in rows.values_list("company", "batch", "kind", "period", "text"):
        found[company or 0, other or 0].add((kind, period, text))
    return found


def _rests_on(
    brought: _Brought, row: ImportRow, other: ImportBatch, own: set[tuple[str, str, str]], at: datetime.datetime
) -> bool:  # fmt: skip
    """Whether what a later row says would be lost, or what it ended would come back."""
    values: dict[str, Any] = row.values
    called = {plain(row.name)}
    if "former_names" in values:
        called |= {plain(one) for one in unpacked(values["former_names"]).plain or ()}
    if called & (brought.names | {brought.name}) - {""} or (brought.code and row.code == brought.code):
        return True
    if brought.idents & set(values.get("idents", ())):
        return True
    if any(fact.known_from < at and says_still(fact, values) and not _wrote(own, fact) for fact in brought.facts):
        return True
    return any(_ended(fact, values, other, at) for fact in brought.returning)


def _wrote(own: set[tuple[str, str, str]], fact: Fact) -> bool:
    """Whether the later list has a word of its own beside it: single values by kind and period, items of a list by their text."""
    key = key_of(fact.kind, fact.period)
    if key is not None and is_list(key):
        return (fact.kind, fact.period, fact.text) in own
    return any((kind, period) == (fact.kind, fact.period) for kind, period, _text in own)


def _ended(fact: Fact, values: dict[str, Any], other: ImportBatch, at: datetime.datetime) -> bool:
    """Whether a later list would have put an end to what the undo brings back, had it still been there."""
    key = key_of(fact.kind, fact.period)
    is_its_own = fact.source.kind == other.source_kind or fact.source.is_invented
    if key is None or not is_its_own or fact.withdrawn_at is None or fact.withdrawn_at > at:
        return False
    return key in values or any(BY_CODE[column[1]].key(column[2]) == key for column in other.columns if column[CLEARS])
