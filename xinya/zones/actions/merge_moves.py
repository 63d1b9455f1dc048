"""What a merging does with every row that points to the merged company: each kind has its word here, or in a slice above.

A kind without a word stops every merging, so that nothing is ever left behind by oversight.
"""

import datetime
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.apps import apps
from django.db.models import Model, QuerySet
from django.utils import timezone

from xinya.kit.refusals import demand
from xinya.kit.text import gettext_noop as _

from ..models import (
    Assignment,
    Attachment,
    Claim,
    Company,
    CompanyMerge,
    MatchDecision,
    Membership,
    Organisation,
    TwoFirms,
)

CLAIMS_WAIT = _(
    "People claim to speak for both companies. Let those claims be decided first, so that nobody answers for another's."
)
STEP = 500


@dataclass
class Journal:
    """Everything a merging changes, in the order in which it is done: what undo reads backwards.

    moved: by "model.field" from where to where which keys; altered: [model, key, {field: [before, after]}]; made: own new rows.
    """

    survivor: Company
    merged: Company
    when: datetime.datetime
    moved: dict[str, dict[str, Any]] = field(default_factory=dict)
    altered: list[list[Any]] = field(default_factory=list)
    made: dict[str, list[int]] = field(default_factory=lambda: defaultdict(list))

    def move(self, rows: QuerySet[Any], name: str, source: int, target: int) -> int:
        """These rows of the source belong to the target from now on. name: of the column of the company."""
        model = rows.model
        keys = list(rows.order_by("pk").values_list("pk", flat=True))
        for some in _steps(keys):
            model._base_manager.filter(pk__in=some).update(**{name: target})
        if keys:
            self.moved[f"{model._meta.label}.{name}"] = {"from": source, "to": target, "keys": keys}
        return len(keys)

    def alter(self, row: Model, **values: Any) -> None:
        """Write these columns of a row, and keep what they were."""
        told = {name: [_plain(getattr(row, name)), _plain(value)] for name, value in values.items()}
        self.altered.append([row._meta.label, row.pk, told])
        type(row)._base_manager.filter(pk=row.pk).update(**values)
        for name, value in values.items():
            setattr(row, name, value)

    def add(self, row: Model) -> None:
        """A row that the merging itself wrote."""
        self.made[row._meta.label].append(row.pk)


def _plain(value: Any) -> Any:
    """As JSON keeps it: a day or an instant as text, an exact number as its digits."""
    if isinstance(value, datetime.date):
        return value.isoformat()
    return str(value) if isinstance(value, Decimal) else value


def _steps(keys: list[int]) -> Iterator[list[int]]:
    return (keys[start : start + STEP] for start in range(0, len(keys), STEP))


How = Callable[[Journal, type[Model], str], None]


@dataclass(frozen=True, slots=True)
class Move:
    """What a merging does with one kind of row. word: what it is, for the page; "" where it is nothing to tell of."""

    how: How
    word: str = ""


def goes_over(journal: Journal, model: type[Model], name: str) -> None:
    """Every row, whatever its state."""
    rows = model._base_manager.filter(**{name: journal.merged.pk})
    journal.move(rows, name, journal.merged.pk, journal.survivor.pk)


def stays(_journal: Journal, _model: type[Model], _name: str) -> None:
    """Tells what happened to the row that is merged, and goes on telling it."""


def goes_over_once(*same: str, **standing: Any) -> How:
    """Rows that the survivor has no like of. A like one, equal in the columns `same` and of those `standing`, stays where it is.

    It is found by nobody there, and is back in its place after an undo.
    """

    def how(journal: Journal, model: type[Model], name: str) -> None:
        held = set(model._base_manager.filter(**{name: journal.survivor.pk}, **standing).values_list(*same))
        rows = model._base_manager.filter(**{name: journal.merged.pk})
        twins = [pk for pk, *told in rows.filter(**standing).values_list("pk", *same) if tuple(told) in held]
        journal.move(rows.exclude(pk__in=twins), name, journal.merged.pk, journal.survivor.pk)

    return how


def _names(journal: Journal, model: type[Model], name: str) -> None:
    """The other names; the registered one becomes another name of the survivor in the act itself."""
    goes_over_once("kind", "name_key", withdrawn_at=None)(journal, model, name)


def _assignments(journal: Journal, model: type[Model], name: str) -> None:
    """Who served the merged one: where the survivor has its own, theirs ends today."""
    today = timezone.localdate()
    held = list(Assignment.objects.filter(company=journal.survivor, until=None))
    for row in Assignment.objects.filter(company=journal.merged, until=None):
        if any(one.is_backup == row.is_backup or one.person_id == row.person_id for one in held):
            journal.alter(row, until=max(today, row.since))
    goes_over(journal, model, name)


def _claims(journal: Journal, model: type[Model], name: str) -> None:
    is_open = Claim.objects.filter(state__in=[Claim.State.WAITING, Claim.State.CONTESTED])
    both = is_open.filter(company=journal.survivor).exists() and is_open.filter(company=journal.merged).exists()
    demand(not both, "claims-wait", CLAIMS_WAIT, status=409)
    goes_over(journal, model, name)


def _decisions(journal: Journal, model: type[Model], name: str) -> None:
    """What was said of rows of lists. Of a row that was asked about both, "the same" as either is the same as the survivor."""
    own = {(row.batch_id, row.row): row for row in MatchDecision.objects.filter(company=journal.survivor)}
    states = MatchDecision.State
    for row in MatchDecision.objects.filter(company=journal.merged):
        twin = own.get((row.batch_id, row.row))
        if (
            twin is not None
            and row.state in (states.CONFIRMED, states.AUTOMATIC)
            and twin.state in (states.REJECTED, states.PENDING)
        ):
            journal.alter(
                twin, state=row.state, by_id=row.by_id, at=row.at, reason=row.reason, matched_by=row.matched_by
            )  # fmt: skip
    goes_over_once("batch", "row")(journal, model, name)


def _two_firms(journal: Journal, _model: type[Model], name: str) -> None:
    """That the two were two firms is taken back; what was said of the merged one and a third is said of the survivor."""
    if name == "other":
        return
    rows = TwoFirms.objects.filter(withdrawn_at=None)
    told = [*rows.filter(one=journal.merged), *rows.filter(other=journal.merged)]
    for row in told:
        third = row.other_id if row.one_id == journal.merged.pk else row.one_id
        one, other = sorted((third, journal.survivor.pk))
        if third == journal.survivor.pk:
            journal.alter(row, withdrawn_at=journal.when)
        elif not rows.filter(one=one, other=other).exists():
            journal.alter(row, one_id=one, other_id=other)


def _organisation(journal: Journal, _model: type[Model], _name: str) -> None:
    """The account of the merged company becomes the survivor's; where both have one, its people and rows go over to that one."""
    account = Organisation.objects.filter(company=journal.merged).first()
    own = Organisation.objects.filter(company=journal.survivor).first()
    if account is None:
        return
    if own is None:
        journal.alter(account, company_id=journal.survivor.pk)
        return
    for label, name in OF_ACCOUNT:
        model = apps.get_model(label)
        rows = model._base_manager.filter(**{name: account.pk})
        for same, standing in ONCE_AN_ACCOUNT.get(label, ()):
            held = set(model._base_manager.filter(**{name: own.pk}, **standing).values_list(*same))
            twins = [pk for pk, *told in rows.filter(**standing).values_list("pk", *same) if tuple(told) in held]
            rows = rows.exclude(pk__in=twins)
            if label == "zones.Membership":
                _end_memberships(journal, twins)
        journal.move(rows, name, account.pk, own.pk)


def _end_memberships(journal: Journal, keys: Iterable[int]) -> None:
    """A person who was in both accounts in one role is in one: acting for the survivor's, where it was the merged one's."""
    for row in Membership.objects.filter(pk__in=list(keys)):
        kept = Membership.objects.get(
            person=row.person_id, organisation__company=journal.survivor, role=row.role, until=None
        )  # fmt: skip
        was_current = row.is_current
        journal.alter(row, until=max(timezone.localdate(), row.since), is_current=False)
        if was_current:
            journal.alter(kept, is_current=True)


OF_ACCOUNT: tuple[tuple[str, str], ...] = (
    ("zones.Membership", "organisation"), ("zones.RoleGrant", "organisation"), ("zones.Invitation", "organisation"),
    ("zones.Promise", "owner_organisation"), ("zones.Promise", "other_organisation"), ("zones.ImportTemplate", "office"),
    ("zones.ImportBatch", "office"),
)  # fmt: skip
"""Rows of a company's account that go over to another account of the same company."""
STAYS_WITH_ACCOUNT = frozenset({"zones.Organisation.parent", "zones.PromiseEvent.organisation"})
"""What a merging leaves with the account: companies have no offices below them, and an event tells who acted."""
ONCE_AN_ACCOUNT: dict[str, tuple[tuple[tuple[str, ...], dict[str, Any]], ...]] = {
    "zones.Membership": ((("person", "role"), {"until": None}),),
    "zones.RoleGrant": ((("person", "role"), {"state": "ASKED"}),),
    "zones.ImportTemplate": ((("labels_hash",), {}),),
}


def _files(journal: Journal) -> None:
    """Files name their owner by kind and key."""
    rows = Attachment.objects.filter(owner_kind="company", owner_id=journal.merged.pk)
    journal.move(rows, "owner_id", journal.merged.pk, journal.survivor.pk)


MOVES: dict[str, Move] = {
    "zones.Fact.company": Move(goes_over, _("facts")),
    "zones.CompanyName.company": Move(_names, _("names")),
    "zones.CompanyIdent.company": Move(goes_over, _("identifiers")),
    "zones.Check.company": Move(goes_over, _("checks of facts")),
    "zones.ReadCount.company": Move(goes_over),
    "zones.Promise.other_company": Move(goes_over, _("promises")),
    "zones.Assignment.company": Move(_assignments, _("assignments of commissioners")),
    "zones.Claim.company": Move(_claims, _("claims")),
    "zones.Organisation.company": Move(_organisation, _("the account of its people")),
    "zones.ImportBatch.company": Move(goes_over, _("lists that it brought itself")),
    "zones.ImportRow.company": Move(stays),
    "zones.MatchDecision.company": Move(_decisions, _("decisions on rows of lists")),
    "zones.Company.merged_into": Move(stays),
    "zones.CompanyMerge.survivor": Move(stays),
    "zones.CompanyMerge.merged": Move(stays),
    "zones.TwoFirms.one": Move(_two_firms),
    "zones.TwoFirms.other": Move(_two_firms),
}
"""By "model.field" what a merging does; a slice above adds its own kinds."""
FILES = "zones.Attachment.owner_id"
WORDS = {
    FILES: _("files"), "zones.Membership.organisation": _("memberships"), "zones.RoleGrant.organisation": _("roles asked for"),
    "zones.Invitation.organisation": _("invitations"), "zones.Promise.owner_organisation": _("promises"),
    "zones.Promise.other_organisation": _("promises"), "zones.ImportTemplate.office": _("templates of lists"),
    "zones.ImportBatch.office": _("lists that it brought itself"),
}  # fmt: skip


def kinds_pointing() -> list[tuple[str, type[Model], str]]:
    """Every column of every model that points to a company: "model.field", model, field; hidden relations too."""
    found = []
    for relation in Company._meta.get_fields(include_hidden=True):
        if relation.auto_created and not relation.concrete and (relation.one_to_many or relation.one_to_one):
            model: type[Model] = relation.related_model  # type: ignore[assignment]
            name = relation.field.name  # type: ignore[union-attr]
            found.append((f"{model._meta.label}.{name}", model, name))
    return sorted(found, key=lambda one: one[0])


def move_all(journal: Journal) -> None:
    """Part of a merging: every kind of row by its word. Raises KeyError for a kind without one."""
    for label, model, name in kinds_pointing():
        MOVES[label].how(journal, model, name)
    _files(journal)


def move_back(moved: dict[str, dict[str, Any]]) -> None:
    """Part of an undo: rows that are still where they were brought go back; what was removed since is gone."""
    for place, told in moved.items():
        label, _dot, name = place.rpartition(".")
        model = apps.get_model(label)
        for some in _steps(told["keys"]):
            model._base_manager.filter(pk__in=some, **{name: told["to"]}).update(**{name: told["from"]})


def put_back(altered: list[list[Any]]) -> None:
    """Part of an undo: columns become what they were, the last first; one that was changed since keeps the later word."""
    for label, key, told in reversed(altered):
        model = apps.get_model(label)
        row = model._base_manager.filter(pk=key).first()
        if row is not None and all(_plain(getattr(row, name)) == after for name, (_before, after) in told.items()):
            before = {name: _read(model, name, was) for name, (was, _after) in told.items()}
            if isinstance(row, Membership) and before.get("is_current"):  # whoever acts for another one since goes on doing so
                before["is_current"] = not Membership.objects.filter(person=row.person_id, is_current=True).exists()
            model._base_manager.filter(pk=key).update(**before)


def _read(model: type[Model], name: str, value: Any) -> Any:
    """A stored value as the column takes it."""
    column: Any = model._meta.get_field(name.removesuffix("_id") if name.endswith("_id") else name)
    return column.to_python(value) if value is not None and not column.is_relation else value


def merge_counts(merge: CompanyMerge) -> list[tuple[str, int]]:
    """How many rows of each kind went over: word and number, for the page, each word once."""
    told: dict[str, int] = {}
    for place, one in merge.moved.items():
        word = WORDS.get(place) or (MOVES[place].word if place in MOVES else "")
        if word:
            told[word] = told.get(word, 0) + len(one["keys"])
    return list(told.items())
