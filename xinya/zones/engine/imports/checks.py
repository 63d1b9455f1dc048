"""What single rows and whole files must hold: missing keys, figures that contradict each other, companies named twice."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from statistics import median
from typing import Any

from xinya.kit.text import gettext_noop as _
from xinya.zones.engine.company_names import name_key
from xinya.zones.engine.imports import amounts
from xinya.zones.engine.imports.columns import Column
from xinya.zones.engine.imports.fields import AMOUNT, COUNT
from xinya.zones.engine.imports.findings import Finding, found
from xinya.zones.engine.imports.labels import UNITS
from xinya.zones.engine.imports.rows import Row
from xinya.zones.engine.imports.tables import Table
from xinya.zones.engine.thresholds import SHIPPED, Thresholds, is_above_scale, wan_text

JUMP = 1_000
FEW, MANY = 5_000, 20_000  # a figure that many times another was written in a unit 10,000 times smaller
NEXT_UNIT = {"万元": "元", "亿元": "万元", "元": "万元"}

NAME_MISSING = _("The row has neither a name nor a code that can be used. Enter one of them.")
CODE_MISSING = _("%(name)s has no credit code: it gets a number of its own and goes on the list of codes wanted.")
NO_CODE_COLUMN = _("The table has no column of credit codes: companies are told by their names alone.")
UNIT_LAST = _(
    "%(raw)s is about %(times)s times the figure of %(against)s. It seems to "
    "be in %(proposed)s, not in %(unit)s. Proposed: %(proposed)s."
)
UNIT_JUMP = _(
    "The figures of “%(column)s” are about %(times)s times those that the register holds. "
    "Say which unit the column is in; %(count)s rows wait for it."
)
RD_HIGH = _("Research of %(raw)s is more than twice the revenue of the same year.")
TAX_HIGH = _("Taxes of %(raw)s are more than the revenue of the same year.")
OUTPUT_FAR = _("Output of %(raw)s and revenue of the same year differ by more than five times.")
STAFF_NONE = _("There is revenue and nobody employed.")
SCALE = _(
    "%(name)s ticks “%(stated)s” for %(year)s; by its revenue and the threshold of "
    "%(threshold)s 万元 for industry %(industry)s it would be “%(computed)s”."
)
SCALE_OWN = _(
    "%(name)s ticks “%(stated)s” for %(year)s; by its revenue and the zone's own threshold of "
    "%(threshold)s 万元 for industry %(industry)s it would be “%(computed)s”."
)
DUP_ROW = _("%(name)s stands already in row %(first)s with the same values in every column: this row is left out.")
DUP_CONFLICT = _("%(name)s stands also in row %(other)s with other values: %(differences)s. Say which row counts.")
DUP_FORMER = _(
    "%(name)s has the same code %(code)s as %(other_name)s in row %(other)s, which "
    "names it as its former name. Proposed: one company, nothing to add."
)
DUP_NAMES = _(
    "%(name)s has the same code %(code)s as %(other_name)s in row %(other)s. Say whether it is one company, and its name."
)
DUP_NO_CODE = _(
    "%(name)s stands also in row %(other)s, once with the code %(code)s and once without. Say whether it is one company."
)
TOTAL_DIFFERS = _("The total of “%(column)s” is %(total)s; the rows sum to %(sum)s.")


def check_row(row: Row, columns: Sequence[Column], sheet: str, thresholds: Thresholds = SHIPPED) -> None:
    """Add to the row what its own cells say together."""
    by_key = {column.key: column for column in columns}

    def tell(code: str, message: str, key: str, /, **values: Any) -> None:
        column = by_key.get(key)
        place: dict[str, Any] = {"column": column.place, "label": column.label} if column else {}
        raw = row.raws.get(key, "")
        row.findings.append(found(code, message, rows=(row.row,), sheet=sheet, raw=raw, field=key, **place, **values))

    if "name" not in row.values and "credit_code" not in row.values and not _is_waiting(row, "name", "credit_code"):
        tell("NAME_MISSING", NAME_MISSING, "name")
    if "credit_code" in by_key and not row.code and not row.older and not _is_waiting(row, "credit_code") and "name" in row.values:
        tell("CODE_MISSING", CODE_MISSING, "credit_code", name=row.name)
    suspects = _unit_suspects(row, by_key, tell)
    for year in sorted({column.period for column in columns if column.period}):
        _check_ratios(row, year, suspects, tell)
        _check_scale(row, year, suspects, thresholds, tell)


def _is_waiting(row: Row, *keys: str) -> bool:
    return any(row.waits_for(key) for key in keys)


def _unit_suspects(row: Row, by_key: Mapping[str, Column], tell: Callable[..., None]) -> set[str]:
    """Amounts ten thousand times too large against last year, against output, or far beyond the revenue they are part of."""
    suspects: set[str] = set()

    def suspect(key: str, against: str, times: float) -> None:
        column = by_key.get(key)
        if column is None or key in suspects:
            return
        unit = column.unit or "元"
        proposed = NEXT_UNIT.get(unit, "元") if times > 1 else {"万元": "亿元", "元": "万元"}.get(unit, "亿元")
        if UNITS[proposed] == UNITS.get(unit.casefold(), 1):
            return
        value = amounts.whole(amounts.Fraction(row.plain(key)) * UNITS[proposed] / column.factor)
        suspects.add(key)
        label = by_key[against].label if against in by_key else against
        shown = f"{times:.0f}" if times > 1 else f"1/{1 / times:.0f}"
        tell("UNIT_SUSPECT", UNIT_LAST, key, times=shown, against=label, unit=unit, proposed=proposed, proposal={key: value})

    for key in [key for key in by_key if key.startswith("revenue_")]:
        year = key.rpartition("_")[2]
        last, output = f"revenue_{int(year) - 1}", f"output_{year}"
        if _times(row, key, last) == 1:
            suspect(key, last, row.plain(key) / row.plain(last))
        elif _times(row, last, key) == 1:
            is_small = _times(row, output, key) == 1 or not row.plain(output)
            where, other = (key, last) if is_small else (last, key)
            suspect(where, other, row.plain(where) / row.plain(other))
        elif _times(row, key, output) == 1:
            suspect(key, output, row.plain(key) / row.plain(output))
        elif _times(row, output, key) == 1:
            suspect(output, key, row.plain(output) / row.plain(key))
        for part in (f"rd_{year}", f"tax_{year}", f"profit_{year}"):
            if key not in suspects and _is_far_beyond(row, part, key):
                suspect(part, key, row.plain(part) / row.plain(key))
    return suspects


def _times(row: Row, key: str, other: str) -> int:
    """1 when `key` is 5,000 to 20,000 times `other`, else 0."""
    one, two = row.plain(key), row.plain(other)
    return int(isinstance(one, int) and isinstance(two, int) and two > 0 and FEW * two <= one <= MANY * two)


def _is_far_beyond(row: Row, part: str, revenue: str) -> bool:
    one, two = row.plain(part), row.plain(revenue)
    return isinstance(one, int) and isinstance(two, int) and two > 0 and one > 20 * two


def _check_ratios(row: Row, year: str, suspects: set[str], tell: Callable[..., None]) -> None:
    revenue = row.plain(f"revenue_{year}")
    if not isinstance(revenue, int) or revenue <= 0 or f"revenue_{year}" in suspects:
        return
    for field, message, is_odd in (
        ("rd", RD_HIGH, lambda value: value > 2 * revenue),
        ("tax", TAX_HIGH, lambda value: value > revenue),
        ("output", OUTPUT_FAR, lambda value: value > 0 and not revenue <= 5 * value <= 25 * revenue),
        ("staff", STAFF_NONE, lambda value: value == 0),
    ):
        key = f"{field}_{year}"
        value = row.plain(key)
        if isinstance(value, int) and key not in suspects and is_odd(value):
            tell("RATIO_ODD", message, key)


def _check_scale(row: Row, year: str, suspects: set[str], thresholds: Thresholds, tell: Callable[..., None]) -> None:
    stated, revenue, industry = (row.plain(key) for key in (f"above_scale_{year}", f"revenue_{year}", "industry_code"))
    if stated is None or not isinstance(revenue, int) or industry is None or f"revenue_{year}" in suspects:
        return
    computed = is_above_scale(industry, int(year), revenue, thresholds)
    if computed is None or computed == stated:
        return
    limit = thresholds.of(industry, int(year))
    words = {True: "是", False: "否"}
    tell(
        "SCALE_DISAGREES", SCALE_OWN if limit and limit.is_own else SCALE, f"above_scale_{year}", name=row.name,
        stated=words[stated], computed=words[computed], year=year, industry=industry,
        threshold=wan_text((limit.amount_fen if limit else None) or 0),
    )  # fmt: skip


def check_duplicates(rows: Sequence[Row], columns: Sequence[Column], sheet: str) -> dict[int, int]:
    """Mark companies that stand twice; gives the rows left out as identical: row -> the row that counts."""
    labels = {column.key: column.label for column in columns}
    places = {column.key: column for column in columns}
    left_out: dict[int, int] = {}

    def tell(row: Row, code: str, message: str, key: str, /, proposal: dict[str, Any] | None = None, **values: Any) -> None:
        column = places.get(key)
        at: dict[str, Any] = {"column": column.place, "label": column.label} if column else {}
        row.findings.append(
            found(code, message, rows=(row.row,), sheet=sheet, raw=row.raws.get(key, ""), field=key, proposal=proposal,
                  name=row.name, **at, **values)
        )  # fmt: skip

    def compare(group: list[Row], key: str) -> list[Row]:
        """Left out: rows equal to an earlier one. The others of the group are returned."""
        kept: list[Row] = []
        for row in group:
            twin = next((one for one in kept if _is_same(one, row)), None)
            if twin is None:
                kept.append(row)
            else:
                left_out[row.row] = twin.row
                tell(row, "DUP_ROW", DUP_ROW, key, first=twin.row)
        return kept

    for group in _grouped(rows, lambda row: row.code):
        kept = compare(group, "name" if "name" in places else "credit_code")
        if len(kept) > 1:
            _tell_same_code(kept, labels, tell)
    waiting = {row.row for row in rows if any(one.code in ("DUP_CODE_NAME", "DUP_CONFLICT", "DUP_ROW") for one in row.findings)}
    for group in _grouped(rows, lambda row: name_key(row.name) if "name" in row.values and row.row not in waiting else None):
        kept = group if all(row.code for row in group) else compare(group, "name")
        codes = {row.code for row in kept if row.code}
        without = [row for row in kept if not row.code and not row.waits_for("credit_code")]
        if len(kept) < 2 or not without:
            continue  # two valid codes are two companies, whatever the names say
        for row in without:
            other = next(one for one in kept if one is not row)
            if codes:
                tell(row, "DUP_CONFLICT", DUP_NO_CODE, "name", other=other.row, code="、".join(sorted(codes)))
            else:
                tell(row, "DUP_CONFLICT", DUP_CONFLICT, "name", other=other.row, differences=_differences(row, other, labels))
    return left_out


def _grouped(rows: Iterable[Row], key_of: Callable[[Row], str | None]) -> list[list[Row]]:
    groups: dict[str, list[Row]] = defaultdict(list)
    for row in rows:
        key = key_of(row)
        if key:
            groups[key].append(row)
    return [group for group in groups.values() if len(group) > 1]


def _is_same(one: Row, other: Row) -> bool:
    plain = {key: value.plain for key, value in one.values.items()}
    if plain != {key: value.plain for key, value in other.values.items()} or one.others != other.others:
        return False
    waiting = {(f.code, f.field, f.raw) for f in one.findings if f.is_waiting}
    return waiting == {(f.code, f.field, f.raw) for f in other.findings if f.is_waiting}


def _tell_same_code(rows: list[Row], labels: Mapping[str, str], tell: Callable[..., None]) -> None:
    """One code, several rows that differ: a row with another's former name waits alone; else nobody knows, and all wait."""
    former = {row.row: {name_key(name) for name in row.plain("former_names") or ()} for row in rows}
    for row in rows:
        key = name_key(row.name)
        owner = next(
            (one for one in rows if one is not row and key in former[one.row] and name_key(one.name) not in former[row.row]), None
        )
        other = owner or next(one for one in rows if one is not row)
        if owner is not None:
            tell(
                row,
                "DUP_CODE_NAME",
                DUP_FORMER,
                "name",
                code=row.code,
                other=other.row,
                other_name=other.name,
                proposal={"leave_out": True},
            )
        elif any(name_key(one.name) in former[row.row] for one in rows if one is not row):
            continue
        elif name_key(other.name) != key:
            tell(row, "DUP_CODE_NAME", DUP_NAMES, "name", code=row.code, other=other.row, other_name=other.name)
        else:
            tell(row, "DUP_CONFLICT", DUP_CONFLICT, "name", other=other.row, differences=_differences(row, other, labels))


def _differences(one: Row, other: Row, labels: Mapping[str, str]) -> str:
    """The labels of the columns in which two rows differ, with both values."""
    told = []
    for key in dict.fromkeys([*one.values, *other.values]):
        mine, theirs = one.plain(key), other.plain(key)
        if mine != theirs:
            told.append(f"{labels.get(key, key)}: {one.raws.get(key) or '–'} / {other.raws.get(key) or '–'}")
    return "; ".join(told[:4]) + ("; …" if len(told) > 4 else "") if told else "–"


def check_totals(table: Table, columns: Sequence[Column], rows: Sequence[Row], totals: Sequence[Row]) -> list[Finding]:
    """Compare the last total with the sum of the rows, proposals taken: a total is what tells whether they are right."""
    findings: list[Finding] = []
    if not totals:
        return findings
    last = totals[-1]
    for column in columns:
        if column.field.form not in (AMOUNT, COUNT):
            continue
        stated, known = last.plain(column.key), [_proposed(row, column.key) for row in rows]
        summed = sum(value for value in known if isinstance(value, int))
        if isinstance(stated, int) and stated != summed:
            divisor = column.factor * 100 if column.field.form == AMOUNT else 1
            shown = [amounts.shown(amounts.Fraction(value, divisor)) for value in (stated, summed)]
            findings.append(
                found(
                    "TOTAL_DIFFERS", TOTAL_DIFFERS, rows=(last.row,), sheet=table.grid.name, column=column.place, field=column.key,
                    total=shown[0], sum=shown[1],
                ).at(values=(("column", column.label), ("total", shown[0]), ("sum", shown[1])))
            )  # fmt: skip
    return findings


def _proposed(row: Row, key: str) -> Any:
    """The value of a row as its proposals would have it; nothing for a row that is proposed to be left out."""
    proposals = {name: value for one in row.findings if one.is_waiting for name, value in one.proposal}
    return None if proposals.get("leave_out") else proposals.get(key, row.plain(key))


def check_jumps(
    rows: Sequence[Row], columns: Sequence[Column], held: Callable[[Row], Mapping[str, Any]], sheet: str
) -> list[Finding]:
    """Columns of amounts whose median is a thousand times what the register holds of the same companies, or a thousandth."""
    findings: list[Finding] = []
    for column in columns:
        if column.field.form != AMOUNT:
            continue
        pairs = [(row.plain(column.key), _last(held(row), column)) for row in rows]
        known = [(one, other) for one, other in pairs if isinstance(one, int) and other is not None]
        if len(known) < 3:
            continue
        new, old = float(median(one for one, _other in known)), float(median(other for _one, other in known))
        if new < JUMP * old and old < JUMP * new:
            continue
        times = f"{new / old:.0f}" if new >= old else f"1/{old / max(new, 1):.0f}"
        with_value = [row for row in rows if isinstance(row.plain(column.key), int)]
        for row in with_value:
            row.is_held = True
        told = (("column", column.label), ("times", times), ("count", len(with_value)))
        jumped = found("UNIT_SUSPECT", UNIT_JUMP, sheet=sheet, column=column.place, field=column.key)
        findings.append(jumped.at(values=told, rows=()))
    return findings


def _last(held: Mapping[str, Any], column: Column) -> int | None:
    """What the register holds of the same field: for the same year, else for the year before."""
    keys = [column.key, column.field.key(str(int(column.period) - 1)) if column.period else column.key]
    return next((value for key in keys if isinstance(value := held.get(key), int) and value > 0), None)
