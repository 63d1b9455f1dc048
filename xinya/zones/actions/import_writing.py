"""What a commit writes of the rows of a list: companies, names, identifiers, facts; what each took the place of is kept."""

import datetime
from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.utils import timezone

from xinya.kit.bulk import insert_rows
from xinya.kit.refusals import demand
from xinya.kit.text import gettext_noop as _
from xinya.kit.text import plain

from ..engine.imports.as_facts import NO_FACTS, PERSONAL, STATE_OF_STATUS, columns_of, is_list, kind_and_period, unpacked
from ..engine.imports.fields import BY_CODE
from ..engine.imports.grid import letter_of
from ..engine.imports.readings import CLEARED, Value
from ..models import Company, CompanyIdent, CompanyName, Fact, ImportBatch, ImportRow, Secrecy, Source
from ..models.places import KEY_LENGTH, key_of_name
from .import_preview import SIZE, storable

CODE_TAKEN = _("%(name)s: another company here has the code %(code)s since the check. Check the list again.")


@dataclass
class Part:
    """One commit as it grows."""

    batch: ImportBatch
    source: Source
    now: datetime.datetime
    cells: dict[str, str]
    confidence: Decimal
    new: list[dict[str, Any]] = field(default_factory=list)
    facts: list[Fact] = field(default_factory=list)
    taken: list[Fact] = field(default_factory=list)
    names: list[CompanyName] = field(default_factory=list)
    idents: list[CompanyIdent] = field(default_factory=list)
    renewed: list[Company] = field(default_factory=list)
    held: dict[tuple[int, str, str], list[Fact]] = field(default_factory=dict)
    states: dict[int, list[Fact]] = field(default_factory=dict)
    names_held: dict[int, set[str]] = field(default_factory=dict)
    idents_held: set[tuple[str, str]] = field(default_factory=set)
    placed: dict[int, Company] = field(default_factory=dict)
    keys: set[str] = field(default_factory=set)  # of the names that companies here bear, or bore before this commit
    codes: set[str] = field(default_factory=set)


def cells_of(batch: ImportBatch) -> dict[str, str]:
    """The letter of the column of each key."""
    return {BY_CODE[code].key(period): letter_of(place) for place, code, period, _unit, _clears in batch.columns}


def made_by(part: Part, rows: Sequence[ImportRow]) -> dict[int, Company]:
    """The new companies by row. Two companies of one name are told apart by code, or by list and row."""
    zone = part.batch.zone
    here = list(Company.objects.filter(zone=zone, is_outside=False).values_list("name_key", "uscc"))
    part.keys.update(key for key, _code in here)
    part.codes.update(code for _key, code in here if code)
    companies = {}
    for row in rows:
        _take_code(part, row.name, row.code)
        key = _free_key(part, key_of_name(row.name), row.code, f"{part.batch.pk}:{row.row}")
        companies[row.row] = Company(zone=zone, name=row.name[:120], name_key=key, uscc=row.code)
    Company.objects.bulk_create(companies.values(), batch_size=SIZE)
    return companies


def _free_key(part: Part, key: str, *signs: str) -> str:
    """A key that no company here has; an equal name is told apart by the first sign that makes it another. Kept as taken."""
    told_apart = (f"{key[: KEY_LENGTH - 1 - len(sign)]}\n{sign}" for sign in signs if sign)
    free = next(one for one in (key, *told_apart) if one not in part.keys)
    part.keys.add(free)
    return free


def _take_code(part: Part, name: str, code: str) -> None:
    """The check asks about every code that another company holds; one that is held all the same stops the commit."""
    demand(code not in part.codes, "code-taken", CODE_TAKEN, status=409, name=name, code=code)
    if code:
        part.codes.add(code)


def read_held(part: Part, keys: Sequence[int]) -> None:
    """What is in force of the companies that change: facts by company, kind and period; names; and the zone's identifiers."""
    for start in range(0, len(keys), SIZE):
        some = keys[start : start + SIZE]
        for fact in Fact.objects.filter(company__in=some, withdrawn_at=None).select_related("source").order_by("pk"):
            part.held.setdefault((fact.company_id or 0, fact.kind, fact.period), []).append(fact)
            if fact.kind == Fact.Kind.STATE:
                part.states.setdefault(fact.company_id or 0, []).append(fact)
        for pk, key in CompanyName.objects.filter(company__in=some, withdrawn_at=None).values_list("company", "name_key"):
            part.names_held.setdefault(pk, set()).add(key)
    idents = CompanyIdent.objects.filter(zone=part.batch.zone, withdrawn_at=None, valid_to=None)
    part.idents_held.update(idents.values_list("scheme", "value"))


def bring_new(part: Part, row: ImportRow, company: Company) -> None:
    for key, stored in row.values.items():
        if key == "idents":
            _add_idents(part, company, stored)
        elif key == "former_names":
            _add_names(part, company, unpacked(stored).plain)
        elif key not in NO_FACTS:
            part.new += _fact_rows(part, row, company, key, unpacked(stored))
    _add_state(part, row, company, ())
    part.placed[company.pk] = company


def bring_changes(part: Part, row: ImportRow, company: Company) -> None:
    before: dict[str, Any] = {}
    for key, _old, stored in row.changes:
        value = unpacked(stored)
        if key == "name":
            before |= {"name": company.name, "name_key": company.name_key}
            _rename(part, company, value.plain)
        elif key == "credit_code":
            before["uscc"] = company.uscc
            _take_code(part, company.name, value.plain)
            company.uscc = value.plain
        elif key == "former_names":
            _add_names(part, company, value.plain)
        else:
            _replace(part, row, company, key, value)
            if key == "products":
                part.placed[company.pk] = company
    if any(key == "status" for key, _old, _new in row.changes):
        _add_state(part, row, company, part.states.get(company.pk, ()))
    _add_idents(part, company, row.values.get("idents", ()))
    row.before = before
    if before:
        part.renewed.append(company)


def _replace(part: Part, row: ImportRow, company: Company, key: str, value: Value) -> None:
    """New facts for a key. Of facts of the same kind of source the older go, and so does what was invented for the demonstration;

    those of other sources stay beside.
    """
    held = part.held.get((company.pk, *kind_and_period(key)), [])
    open_to_lists = [fact for fact in held if fact.secrecy != Secrecy.RESTRICTED]
    own = [fact for fact in open_to_lists if fact.source.kind == part.batch.source_kind]
    invented = [fact for fact in open_to_lists if fact.source.is_invented]
    new = [] if value == CLEARED else [Fact(**columns) for columns in _fact_rows(part, row, company, key, value)]
    if is_list(key):
        said, known = {fact.text for fact in new}, {fact.text for fact in held if not fact.source.is_invented}
        new = [fact for fact in new if fact.text not in known]
        own = [fact for fact in own if fact.text not in said]
    before = own or invented
    for fact in new:
        fact.replaces = before[-1] if before and not is_list(key) else None
        if any(one.secrecy == Secrecy.COMPANY for one in held):
            fact.secrecy = Secrecy.COMPANY
    part.facts += new
    part.taken += [*own, *invented]


def _fact_rows(part: Part, row: ImportRow, company: Company, key: str, value: Value) -> list[dict[str, Any]]:
    """The columns of the facts that one value of a row becomes."""
    kind, period = kind_and_period(key)
    batch = part.batch
    own = {
        "zone_id": batch.zone_id, "company_id": company.pk, "kind": kind, "period": period, "source_id": part.source.pk,
        "observed_on": batch.as_of, "confidence": part.confidence, "batch_id": batch.pk, "import_row": row.row,
        "secrecy": (Secrecy.COMPANY if key in PERSONAL else Secrecy.INTERNAL).value, "known_from": part.now,
        "cell": f"{part.cells[key]}{row.row}" if key in part.cells else "",
    }  # fmt: skip
    return [own | columns for columns in columns_of(key, value)]


def _add_state(part: Part, row: ImportRow, company: Company, states: Sequence[Fact]) -> None:
    """What the registered status says of building and producing is a dated state too, where it says something new.

    A company that produces needs no state; one that named persons alone may read is left as it is.
    """
    status = row.values.get("status")
    state = STATE_OF_STATUS.get(str(unpacked(status).plain)) if status is not None else None
    latest = max(states, key=lambda one: (one.period, one.pk), default=None)
    holds = Fact.State.PRODUCING.value if latest is None else latest.text
    if state is None or state == holds or any(one.secrecy == Secrecy.RESTRICTED for one in states):
        return
    on = part.batch.as_of or timezone.localdate()
    day = on.isoformat()
    part.taken += [one for one in states if one.period == day]
    part.facts.append(
        Fact(
            zone=part.batch.zone, company=company, kind=Fact.Kind.STATE, text=state, period=day, source=part.source,
            observed_on=on, confidence=part.confidence, batch=part.batch,
            import_row=row.row, cell=f"{part.cells['status']}{row.row}" if "status" in part.cells else "",
        )
    )  # fmt: skip


def _rename(part: Part, company: Company, name: str) -> None:
    """The old name becomes a former one with the day of the list."""
    _add_names(part, company, [company.name], was_held=True)
    key = key_of_name(name)
    if key != company.name_key:
        company.name_key = _free_key(part, key, company.uscc, f"~{company.pk}")
    company.name = name[:120]


def keep_confirmed(part: Part, row: ImportRow, company: Company) -> None:
    """A like name that a person has called the same company is another name of it: the next list is not asked about again."""
    if row.matched_by == "person" and plain(row.name) != plain(company.name):
        _add_names(part, company, [row.name], kind=CompanyName.Kind.ALIAS)


def _add_names(
    part: Part, company: Company, names: Sequence[str], *, kind: str = CompanyName.Kind.FORMER, was_held: bool = False
) -> None:  # fmt: skip
    known = part.names_held.setdefault(company.pk, set())
    for name in names:
        key = key_of_name(name)
        if key not in known and key:
            part.names.append(
                CompanyName(
                    company=company, name=storable(name)[:120], name_key=key, kind=kind, was_held=was_held,
                    valid_to=part.batch.as_of if was_held else None, source=part.source, batch=part.batch,
                )
            )  # fmt: skip
            known.add(key)


def _add_idents(part: Part, company: Company, stored: Sequence[str]) -> None:
    """Identifiers from before the credit code; one that another company holds is left to that one."""
    for one in stored:
        scheme, _sign, value = one.partition(":")
        if (scheme, value) not in part.idents_held:
            part.idents_held.add((scheme, value))
            part.idents.append(
                CompanyIdent(
                    company=company, zone=part.batch.zone, scheme=scheme, value=value[:30], source=part.source, batch=part.batch
                )
            )  # fmt: skip


def store(part: Part) -> None:
    taken = [fact.pk for fact in part.taken]
    for start in range(0, len(taken), SIZE):
        Fact.objects.filter(pk__in=taken[start : start + SIZE]).update(withdrawn_at=part.now, taken_by=part.batch)
    insert_rows(Fact, part.new)
    Fact.objects.bulk_create(part.facts, batch_size=SIZE)
    CompanyName.objects.bulk_create(part.names, batch_size=SIZE)
    CompanyIdent.objects.bulk_create(part.idents, batch_size=SIZE)
    Company.objects.bulk_update(part.renewed, ["name", "name_key", "uscc"], batch_size=SIZE)
