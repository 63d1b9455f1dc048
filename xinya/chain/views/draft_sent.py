"""What a form of a draft's table holds: the change it asks for, and the form again with everything that was typed."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _

from xinya.kit.pages import sentence_of
from xinya.kit.refusals import Refused

from ..files import Pack
from ..files.drafts import TABLES, changed_rows, rows_of, with_head, with_rows

Row = dict[str, str]
HEAD_TEXTS = ("name_zh", "name_en", "summary_zh", "summary_en", "product")
COLUMN_TEXTS = ("code", "name_zh", "name_en", "stage")


@dataclass(frozen=True)
class Sent:
    """rows: by their place in the table as it was shown; dropped: places to be taken out; added: rows in the empty lines.

    head, columns: of the form with the pack's head. pasted: rows of the form for pasting.
    """

    table: str
    rows: Mapping[int, Row]
    dropped: frozenset[int] = frozenset()
    added: tuple[Row, ...] = ()
    head: Mapping[str, str] | None = None
    columns: tuple[Row, ...] = ()
    note: str = ""
    pasted: str = ""

    def change(self, packs: Iterable[Pack]) -> Callable[[Pack], Pack]:
        """What the form asks for. packs: every pack of the zone, for names that another one defines."""
        day = timezone.localdate()
        if self.head is not None:
            head, kept = self.head, [c for c in self.columns if c["code"].strip()]
            return lambda pack: with_head(pack, head, kept, day)
        changes = {place: (None if place in self.dropped else row) for place, row in self.rows.items()}
        new = [{c: v for c, v in row.items() if v.strip()} for row in self.counted()]
        return lambda pack: changed_rows(pack, self.table, changes, new, day=day, others=packs)

    def counted(self) -> list[Row]:
        """The added rows that name something."""
        first = TABLES[self.table][0]
        key = first if self.table != "segments" else "name_zh"
        return [row for row in self.added if row.get(key, "").strip() or row.get(first, "").strip()]

    def places(self, count: int) -> list[int | Row]:
        """What each row of the changed table was in the form: its place of before, or the added row itself."""
        return [*(n for n in range(count) if n not in self.dropped), *self.counted()]

    def beside(self, now: Pack, seen: Pack | None) -> tuple["Sent", dict[int, str]]:
        """The same beside a table that somebody else saved meanwhile, and what cannot be: place -> what was typed there.

        A row that is no longer what the sender saw is not overwritten. seen: the version that the sender had before the eyes.
        """
        if self.table not in TABLES:
            return self, {}
        ours, theirs = (rows_of(p, self.table) if p is not None else () for p in (seen, now))
        rows, typed = {}, {}
        for place, row in self.rows.items():
            was, held = (dict(rows[place]) if place < len(rows) else {} for rows in (ours, theirs))
            if was == held and held:
                rows[place] = row
            elif changed := {c: v for c, v in row.items() if v.strip() != was.get(c, "")}:
                typed[place] = "; ".join(f"{c}: {v}" for c, v in changed.items())
        dropped = frozenset(p for p in self.dropped if p in rows)
        return Sent(self.table, rows, dropped, self.added, note=self.note, pasted=self.pasted), typed


def sent_of(request: HttpRequest, table: str, most: int) -> Sent:
    """The form as it was sent; at most so many rows of it."""
    note = request.POST.get("note", "")[:200]
    if table == "head":
        given = [request.POST.getlist(f"column_{k}") for k in COLUMN_TEXTS]
        columns = tuple(dict(zip(COLUMN_TEXTS, row, strict=True)) for row in zip(*given, strict=False))
        return Sent(table, {}, head={k: request.POST.get(k, "") for k in HEAD_TEXTS}, columns=columns, note=note)
    names = TABLES[table]
    cells = {c: request.POST.getlist(f"cell_{c}") for c in names}
    places = request.POST.getlist("place")[:most]
    rows = [(p, {c: cells[c][n] for c in names if n < len(cells[c])}) for n, p in enumerate(places)]
    known = {int(p): row for p, row in rows if p.isdecimal() and len(p) < 6}
    dropped = frozenset(int(p) for p in request.POST.getlist("drop")[:most] if p.isdecimal() and len(p) < 6 and int(p) in known)
    added = tuple(row for p, row in rows if not p and any(v.strip() for v in row.values()))
    return Sent(table, known, dropped, added, note=note)


def row_findings(sent: Sent, pack: Pack) -> tuple[dict[int, str], dict[int, str]]:
    """What no table can hold, by place and by number of the added row: sentences."""
    if sent.table not in TABLES:
        return {}, {}
    known = {place: _refusal(pack, sent.table, row) for place, row in sent.rows.items() if place not in sent.dropped}
    added = {n: _refusal(pack, sent.table, row) for n, row in enumerate(sent.added)}
    return {k: v for k, v in known.items() if v}, {k: v for k, v in added.items() if v}


def _refusal(pack: Pack, table: str, row: Row) -> str:
    try:
        with_rows(pack, table, [row])
    except Refused as refused:
        return sentence_of(refused)
    return ""


def overlaid(rows: Sequence[Mapping[str, str]], first: int, count: int, sent: Sent | None) -> list[tuple[int, Row, bool]]:
    """Rows of a page with what was typed into them: place, cells, whether it is ticked to be taken out."""
    found = []
    for place in range(first, min(first + count, len(rows))):
        typed = sent.rows.get(place, {}) if sent is not None else {}
        found.append((place, {**rows[place], **typed}, sent is not None and place in sent.dropped))
    return found


def as_findings(sentences: Mapping[int, str], *, is_typed: bool = False) -> dict[int, list[dict[str, Any]]]:
    """Sentences by place in the form in which a page shows findings."""
    return {
        place: [{"sentence": _("You had typed: %(cells)s") % {"cells": said} if is_typed else said, "is_soft": False}]
        for place, said in sentences.items()
    }
