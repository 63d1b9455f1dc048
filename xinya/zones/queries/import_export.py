"""All companies of a zone as a list that can be brought again: what the reader may see, in the labels of the import desk."""

import re
from collections import defaultdict
from dataclasses import dataclass
from io import BytesIO
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from openpyxl import Workbook
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE

from xinya.kit.delimited import escaped, written
from xinya.kit.xlsx import put

from ..engine.imports.as_facts import field_and_period, is_list, key_of
from ..engine.imports.fields import AMOUNT, BY_CODE, COUNT, FIELDS, YES_NO
from ..models import Company, CompanyName, Fact, Person, Zone
from .gate import visible_to
from .import_register import best

OWN = ("name", "credit_code", "former_names")
TITLE = "企业名单"
JOINT = "；"
RANGE = "至"
"""Between the ends of a range: a sign that no spreadsheet takes for a minus or for a day."""
FIRST_DAY = (1980, 1, 1, 0, 0, 0)
EXACT_DIGITS = 15
_ORDER = {field.code: place for place, field in enumerate(FIELDS)}


@dataclass(frozen=True, slots=True)
class Listed:
    """A zone's companies as a table. keys: of the columns; rows: a cell is a text, a list of texts, a number, or None."""

    keys: tuple[str, ...]
    rows: tuple[tuple[Any, ...], ...]

    @property
    def labels(self) -> list[str]:
        """The label of each column, with year and unit."""
        return [_label(key) for key in self.keys]


def companies_as_listed(zone: Zone, person: Person) -> Listed:
    """Every company here with the facts that this person sees; of several the best source's. Three statements."""
    facts: dict[int, dict[str, list[Fact]]] = defaultdict(lambda: defaultdict(list))
    seen = visible_to(person, Fact).filter(zone=zone, company__is_outside=False).select_related("source").order_by("pk")
    keys: set[str] = set()
    for fact in seen.iterator(chunk_size=2000):
        key = key_of(fact.kind, fact.period)
        if key is not None:
            facts[fact.company_id or 0][key].append(fact)
            keys.add(key)
    names: dict[int, list[str]] = defaultdict(list)
    here = visible_to(person, Company).filter(zone=zone, is_outside=False)
    former = CompanyName.objects.filter(company__in=here, kind=CompanyName.Kind.FORMER, withdrawn_at=None).order_by("pk")
    for pk, name in former.values_list("company", "name"):
        names[pk].append(name)
    columns = (*OWN, *sorted(keys, key=_place))
    rows = []
    for pk, name, uscc in here.order_by("pk").values_list("pk", "name", "uscc"):
        told = facts.get(pk, {})
        own: list[Any] = [name, uscc or None, names.get(pk) or None]
        rows.append((*own, *(_cell(key, told.get(key, ())) for key in columns[len(OWN) :])))
    return Listed(columns, tuple(rows))


def _place(key: str) -> tuple[int, str]:
    field, period = field_and_period(key)
    return _ORDER[field.code], period


def _label(key: str) -> str:
    field, period = field_and_period(key) if key not in OWN else (BY_CODE[key], "")
    unit = {AMOUNT: "(元)", COUNT: "(人)"}.get(field.form, "")
    return f"{period}年{field.label}{unit}" if period else f"{field.label}{unit}"


def _cell(key: str, facts: Any) -> Any:
    if not facts:
        return None
    if is_list(key):
        return list(dict.fromkeys(fact.text for fact in facts))
    fact, form = best(facts), field_and_period(key)[0].form
    if form == YES_NO:
        return "是" if fact.number else "否"
    if form == COUNT:
        return fact.number if fact.number is not None else _range(fact, 1)
    if form == AMOUNT:
        return yuan_of(fact.number) if fact.number is not None else _range(fact, 100)
    return fact.text


def yuan_of(fen: int) -> str:
    """Yuan to the fen, exactly."""
    whole, rest = divmod(abs(fen), 100)
    return f"{'-' if fen < 0 else ''}{whole}{f'.{rest:02d}'.rstrip('0') if rest else ''}"


def _range(fact: Fact, factor: int) -> str | None:
    if fact.lower is None or fact.upper is None:
        return None
    ends = [yuan_of(one) if factor == 100 else str(one) for one in (fact.lower, fact.upper)]
    return RANGE.join(ends)


def companies_as_csv(zone: Zone, person: Person) -> bytes:
    """UTF-8 with mark, CRLF, all quoted; no cell and no item of a list begins a formula; numbers stay numbers."""
    listed = companies_as_listed(zone, person)
    rows = ([_text(key, cell) for key, cell in zip(listed.keys, row, strict=True)] for row in listed.rows)
    return written([listed.labels, *rows])


def _text(key: str, cell: Any) -> str:
    if cell is None:
        return ""
    if isinstance(cell, list):
        return JOINT.join(map(escaped, cell))
    is_number = _is_figure(key) and RANGE not in str(cell)
    return str(cell) if is_number or key == "credit_code" else escaped(str(cell))


def _is_figure(key: str) -> bool:
    return key not in OWN and field_and_period(key)[0].form in (AMOUNT, COUNT)


def companies_as_xlsx(zone: Zone, person: Person) -> bytes:
    """A workbook whose texts are texts; the same companies give the same bytes."""
    listed = companies_as_listed(zone, person)
    book = Workbook(write_only=False)
    sheet = book.worksheets[0]
    sheet.title = TITLE
    sheet.freeze_panes = "A2"
    for place, label in enumerate(listed.labels, 1):
        put(sheet, 1, place, label)
    for row, cells in enumerate(listed.rows, 2):
        for place, (key, cell) in enumerate(zip(listed.keys, cells, strict=True), 1):
            if cell is not None:
                _put(sheet, row, place, key, cell)
    out = BytesIO()
    book.save(out)
    return _same_bytes(out.getvalue())


def _put(sheet: Any, row: int, place: int, key: str, cell: Any) -> None:
    if _is_figure(key):
        text = str(cell)
        is_exact = text.lstrip("-").replace(".", "", 1).isdecimal() and len(text.lstrip("-").replace(".", "")) <= EXACT_DIGITS
        put(sheet, row, place, float(text) if is_exact and "." in text else int(text) if is_exact else text)
        return
    text = JOINT.join(cell) if isinstance(cell, list) else str(cell)
    put(sheet, row, place, ILLEGAL_CHARACTERS_RE.sub("", text), "@")


def _same_bytes(content: bytes) -> bytes:
    """The package without the times of its making."""
    out = BytesIO()
    with ZipFile(BytesIO(content)) as old, ZipFile(out, "w", ZIP_DEFLATED) as new:
        for name in old.namelist():
            if name != "docProps/core.xml":
                new.writestr(ZipInfo(name, FIRST_DAY), old.read(name), ZIP_DEFLATED)
            else:
                new.writestr(ZipInfo(name, FIRST_DAY), _without_times(old.read(name)), ZIP_DEFLATED)
    return out.getvalue()


def _without_times(part: bytes) -> bytes:
    return re.sub(rb"(<dcterms:(created|modified)[^>]*>)[^<]*", rb"\g<1>1980-01-01T00:00:00Z", part)
