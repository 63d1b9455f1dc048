"""What a person decides of rows that wait: all of one reason at once, matches one by one."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.db import transaction
from django.utils import timezone

from xinya.kit.audit import record
from xinya.kit.refusals import Refused, demand
from xinya.kit.text import gettext_noop as _

from ..engine.import_states import BRINGER, IMPORT_STATES
from ..engine.imports.as_facts import packed
from ..engine.imports.cells import Desk, read_cell
from ..engine.imports.columns import Column
from ..engine.imports.fields import BY_CODE
from ..engine.imports.findings import LEVEL_OF, WAITING
from ..engine.imports.grid import Grid
from ..models import ImportBatch, ImportFinding, MatchDecision, Person
from ..queries.told_apart import identities
from .grants import demand_reason
from .import_columns import preview_now_or_later
from .import_indicators import answer_figures
from .import_upload import OWNER_KIND, demand_bringer, demand_idle, locked_batch

TAKE, LEAVE_OUT, GIVE_UP, VALUE, SAME, DIFFERENT, CONFIRM, RESET = (
    "take", "leave_out", "give_up", "value", "same", "different", "confirm", "reset",
)  # fmt: skip
VERBS = (TAKE, LEAVE_OUT, GIVE_UP, VALUE, SAME, DIFFERENT, CONFIRM, RESET)
ONE_BY_ONE = frozenset({"NAME_NEAR"})
MOST = 10_000

UNKNOWN_VERB = _("A decision is one of %(verbs)s.")
UNKNOWN_REASON = _("Nothing waits for the reason %(reason)s.")
NOT_AT_ONCE = _("Whether two companies are one is decided row by row.")
NO_PROPOSAL = _("There is no proposal to take for %(what)s.")
NO_ROW = _("Row %(row)s does not wait for a decision.")
NO_FIELD = _("The list has no column %(field)s.")
NO_PAIR = _("Row %(row)s was not asked about this company.")
IN_REGISTER = _("Row %(row)s is in the register already. Undo the list to decide of it anew.")


@dataclass(frozen=True, slots=True)
class Decision:
    """One decision: of all rows with a reason, or of one row. value: as a person types it into the cell.

    take: the proposal. leave_out: the row. give_up: the field, the company is kept. same, different: of a like name, with the
    company's number for the first. confirm: a column's figures are right although they jump. reset: everything said of the row.
    """

    verb: str
    reason: str = ""
    row: int = 0
    field: str = ""
    value: str = ""
    company: int = 0
    why: str = ""


def answer_import(actor: Person, *, batch_id: int, decisions: Sequence[Decision]) -> ImportBatch:
    """Keep decisions and compare the list anew. All of them hold, or none.

    Raises Refused: not-allowed, import-busy, wrong-state, decision-wrong, and for a typed value the sentence of the desk.
    """
    with transaction.atomic():
        batch = locked_batch(actor, batch_id)
        demand_bringer(actor, batch.zone, batch.company)
        demand_idle(batch)
        IMPORT_STATES.step(batch.state, "answer", (BRINGER,), answers=decisions[:MOST])
        if batch.kind == ImportBatch.Kind.INDICATORS:
            answer_figures(batch, decisions[:MOST])
        else:
            said = _Said(batch, actor)
            for one in decisions[:MOST]:
                said.take_in(one)
            batch.answers = said.as_object()
            batch.save(update_fields=["answers", "touched_at"])
            preview_now_or_later(batch)
        record(
            actor, "answer-import", OWNER_KIND, batch.pk, decisions=[_logged(one) for one in decisions[:50]], count=len(decisions),
        )  # fmt: skip
    return batch


def _logged(one: Decision) -> str:
    """What the log shows of a decision: never a typed value, which may be personal."""
    return " ".join(part for part in (one.verb, one.reason, f"row {one.row}" if one.row else "", one.field) if part)


class _Said:
    """The decisions of a list, as they are kept and as they grow."""

    def __init__(self, batch: ImportBatch, actor: Person) -> None:
        held = batch.answers
        self.batch, self.actor = batch, actor
        self.values: dict[str, dict[str, Any]] = {row: dict(cells) for row, cells in held.get("values", {}).items()}
        self.leave_out: set[int] = set(held.get("leave_out", ()))
        self.renames: set[int] = set(held.get("renames", ()))
        self.confirmed: set[str] = set(held.get("confirmed", ()))

    def as_object(self) -> dict[str, Any]:
        return {
            "values": self.values, "leave_out": sorted(self.leave_out), "renames": sorted(self.renames),
            "confirmed": sorted(self.confirmed),
        }  # fmt: skip

    def take_in(self, one: Decision) -> None:
        demand(one.verb in VERBS, "decision-wrong", UNKNOWN_VERB, status=422, verbs=", ".join(VERBS))
        if one.verb == CONFIRM:
            self._confirm(one)
        elif one.reason and not one.row:
            self._of_reason(one)
        elif one.verb in (SAME, DIFFERENT):
            self._judge(one)
        elif one.verb == RESET:
            self._reset(one.row)
        else:
            self._of_row(one)

    def _confirm(self, one: Decision) -> None:
        keys = {f.field for f in self._waiting(code="UNIT_SUSPECT", row=None)}
        demand(one.field in keys, "decision-wrong", NO_FIELD, status=422, field=one.field[:40])
        self.confirmed.add(one.field)

    def _of_reason(self, one: Decision) -> None:
        reason = one.reason
        demand(LEVEL_OF.get(reason) in WAITING, "decision-wrong", UNKNOWN_REASON, status=422, reason=reason[:30])
        demand(reason not in ONE_BY_ONE, "decision-wrong", NOT_AT_ONCE, status=422)
        found = [f for f in self._waiting(code=reason) if f.row is not None]
        demand(bool(found), "decision-wrong", UNKNOWN_REASON, status=422, reason=reason)
        done = sum(self._decide(f, one.verb) for f in found)
        demand(bool(done), "decision-wrong", NO_PROPOSAL, status=422, what=reason)

    def _of_row(self, one: Decision) -> None:
        found = [f for f in self._waiting(row=one.row) if one.field in ("", f.field) and one.reason in ("", f.code)]
        demand(bool(found), "decision-wrong", NO_ROW, status=422, row=one.row)
        if one.verb == VALUE:
            self._type_in(one, found[0])
            return
        done = sum(self._decide(f, one.verb) for f in found)
        demand(bool(done), "decision-wrong", NO_PROPOSAL, status=422, what=str(one.row))

    def _waiting(self, **where: Any) -> list[ImportFinding]:
        codes = [code for code, level in LEVEL_OF.items() if level in WAITING]
        done = self.batch.rows.exclude(part=None).values("row")
        return list(self.batch.findings.filter(code__in=codes, **where).exclude(row__in=done))

    def _decide(self, found: ImportFinding, verb: str) -> bool:
        """Whether the verb says anything of this finding."""
        row = found.row or 0
        if verb == LEAVE_OUT:
            self.leave_out.add(row)
        elif verb == GIVE_UP:
            if not found.field:
                return False
            self.values.setdefault(str(row), {})[found.field] = None
        elif verb == TAKE:
            return self._take(found, row)
        else:
            return False
        return True

    def _take(self, found: ImportFinding, row: int) -> bool:
        if not found.proposal or found.code in ONE_BY_ONE:
            return False
        for key, value in found.proposal:
            if key == "leave_out":
                self.leave_out.add(row)
            elif key == "rename":
                self.renames.add(row)
            elif key not in ("old", "new", "same_as"):
                self.values.setdefault(str(row), {})[key or found.field] = value
        return True

    def _type_in(self, one: Decision, found: ImportFinding) -> None:
        """What a person typed, read as the cell would be; what is not right there is refused with the desk's own sentence."""
        column = self._column(one.field or found.field)
        cell = one.value.strip()
        demand(bool(cell), "decision-wrong", NO_PROPOSAL, status=422, what=column.label)
        grid = Grid("", [[cell]])
        reading = read_cell(Desk(grid, timezone.localdate()), replace(column, place=1), 1)
        wrong = next((f for f in reading.findings if f.is_waiting), None)
        if wrong is not None or reading.value is None:
            said = {"label": column.label, "raw": cell} | dict(wrong.values if wrong else ())
            message = wrong.message if wrong else NO_PROPOSAL
            raise Refused("decision-wrong", message, row=one.row, column=column.label, **{"what": column.label, **said})
        self.values.setdefault(str(one.row), {})[column.key] = packed(reading.value)

    def _column(self, key: str) -> Column:
        for place, code, period, unit, _clears in self.batch.columns:
            column = Column(place, BY_CODE[code], self.batch.labels[place - 1], period, unit, 1.0)
            if column.key == key:
                return column
        raise Refused("decision-wrong", NO_FIELD, field=key[:40])

    def _judge(self, one: Decision) -> None:
        """One pair, or all pairs of the row for "different"."""
        self._demand_open(one.row)
        pairs = list(self.batch.decisions.filter(row=one.row))
        chosen = [pair for pair in pairs if pair.company_id == one.company] if one.company else pairs
        is_known = bool(pairs) and (one.verb == DIFFERENT or (one.company and chosen))
        demand(bool(is_known), "decision-wrong", NO_PAIR, status=422, row=one.row)
        now = identities({pair.company_id for pair in pairs if pair.company_id is not None})
        for pair in pairs:
            is_same = one.verb == SAME and pair.company_id == one.company
            pair.state = MatchDecision.State.CONFIRMED if is_same else MatchDecision.State.REJECTED
            pair.by, pair.at = self.actor, timezone.now()
            pair.reason = demand_reason(one.why) if one.why.strip() else ""
            pair.known = now.get(pair.company_id or 0, "")
            pair.save(update_fields=["state", "by", "at", "reason", "known"])

    def _demand_open(self, row: int) -> None:
        is_committed = self.batch.rows.filter(row=row, part__isnull=False).exists()
        demand(not is_committed, "decision-wrong", IN_REGISTER, status=409, row=row)

    def _reset(self, row: int) -> None:
        self._demand_open(row)
        self.values.pop(str(row), None)
        self.leave_out.discard(row)
        self.renames.discard(row)
        self.batch.decisions.filter(row=row).update(state=MatchDecision.State.PENDING, by=None, at=None, reason="", known="")


def decisions_from(said: Sequence[Mapping[str, Any]]) -> list[Decision]:
    """Decisions from plain objects; fields that a decision has not are left out."""
    return [Decision(**{name: value for name, value in one.items() if name in Decision.__slots__}) for one in said]
