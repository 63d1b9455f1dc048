"""What people hear by a notice when a gap was answered or a place decided."""

from django.utils import timezone
from django.utils.translation import override

from xinya.kit.text import gettext_noop as _
from xinya.zones import actions as zone_actions
from xinya.zones.engine.notice_kinds import NoticeKind, Said, register_kind
from xinya.zones.models import Person, Zone
from xinya.zones.queries import people_of, people_with

from .. import queries
from ..models import Answer, Placement

GAP_ANSWERED = register_kind(
    NoticeKind(
        "gap-answered",
        _("%(zone)s: a gap was answered, %(segment)s"),
        _("%(person)s says of %(segment)s in %(zone)s: %(answer)s. Reason: %(reason)s"),
        may_wait=True,
    )
)
PLACEMENT_DECIDED = register_kind(
    NoticeKind(
        "placement-decided",
        _("Your company's place on %(segment)s is now: %(state)s"),
        _("%(person)s decided on the place of %(company)s on %(segment)s: %(state)s. Reason: %(reason)s"),
    )
)


def tell_officers(actor: Person, answer: Answer) -> None:
    """The zone's other officers hear of an answer, which changes their verdicts too."""
    zone = answer.zone
    others = [p for p in people_with("change_zone", zone) if p.pk != actor.pk]
    values: dict[str, Said] = {
        "zone": (zone.name, zone.name_en), "segment": _segment_names(zone, answer.segment), "person": str(actor),
        "answer": _both(Answer.Kind(answer.kind).label), "reason": answer.reason,
    }  # fmt: skip
    path = f"/zones/{zone.code}/segments/{answer.segment}/"
    zone_actions.promise_notices(others, kind=GAP_ANSWERED.code, key=f"answer:{answer.pk}", values=values, path=path)


def tell_company(actor: Person, row: Placement) -> None:
    """The company's own people hear what was decided of its place."""
    company, code = row.company, row.company.zone.code
    values: dict[str, Said] = {
        "company": (company.name, company.name_en or company.name), "segment": _segment_names(company.zone, row.segment),
        "state": _both(Placement.State(row.state).label), "person": str(actor), "reason": row.reason,
    }  # fmt: skip
    key = f"placement:{row.pk}:{timezone.now():%Y%m%d%H%M%S%f}"
    path = f"/zones/{code}/companies/{company.pk}/"
    zone_actions.promise_notices(people_of(company), kind=PLACEMENT_DECIDED.code, key=key, values=values, path=path)


def _segment_names(zone: Zone, code: str) -> tuple[str, str]:
    found = queries.zone_atlas(zone).segments.get(code)
    return (code, code) if found is None else (found.name("zh"), found.name("en"))


def _both(label: object) -> tuple[str, str]:
    """A word of a list of choices in both languages."""
    with override("zh-hans"):
        chinese = str(label)
    with override("en"):
        return chinese, str(label)
