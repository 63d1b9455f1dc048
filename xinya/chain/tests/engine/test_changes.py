"""What a verdict says would change it does change it: every such sentence is carried out and the zone diagnosed again."""

from collections.abc import Callable, Sequence
from dataclasses import replace

from hypothesis import event, given, settings

from tests.draws import examples
from xinya.chain.engine import Atlas, Diagnosis, Finding, Limits, Resident, diagnose
from xinya.chain.engine.wording import _changes, _fewer_buyers, _inputs_to_ready

from .oracle import World
from .worlds import atlas_of, limits_of, residents_of, worlds

GAPS = ("missing", "dependent")
Zone = tuple[Atlas, list[Resident], list[Resident] | None, Limits]


def again(zone: Zone, *, more: Sequence[Resident] = (), outside: Sequence[Resident] | None = None) -> Diagnosis:
    atlas, residents, there, limits = zone
    return diagnose(atlas, [*residents, *more], outside=there if outside is None else outside, limits=limits)


def newcomer(segment: str, *, revenue: int | None = None, name: str = "newcomer") -> Resident:
    return Resident(name, (segment,), is_above_scale=True, revenue_fen=revenue)


def one_maker(zone: Zone, f: Finding) -> bool:
    return again(zone, more=[newcomer(f.segment)]).findings[f.segment].kind == "thin"


def one_source(zone: Zone, f: Finding) -> bool:
    return again(zone, outside=[*(zone[2] or []), newcomer(f.segment)]).findings[f.segment].kind == "dependent"


def second_source(zone: Zone, f: Finding) -> bool:
    return again(zone, outside=[*(zone[2] or []), newcomer(f.segment)]).findings[f.segment].kind == "missing"


def fewer(zone: Zone, f: Finding) -> bool:
    strongest = sorted(f.buyers, key=lambda n: -n.strength)[: _fewer_buyers(f, zone[3])]
    gone = {n.resident for n in strongest}
    left = (zone[0], [replace(r, makes=()) if r.name in gone else r for r in zone[1]], zone[2], zone[3])
    return again(left).findings[f.segment].kind not in GAPS


def ready(zone: Zone, f: Finding) -> bool:
    some = f.essential_absent[: _inputs_to_ready(f, zone[3])]
    if any(f.segment in zone[0].lines[code] for code in some):
        return True  # an input that is itself a kind of the segment: whoever makes it makes the segment
    found = again(zone, more=[newcomer(code, name=f"newcomer {code}") for code in some]).findings[f.segment]
    return found.kind in GAPS and found.is_ready


def second_maker(zone: Zone, f: Finding) -> bool:
    known = sum(r.revenue_fen or 0 for r in zone[1])
    found = again(zone, more=[newcomer(f.segment, revenue=known + 1), newcomer(f.segment, revenue=known + 1, name="third")])
    return found.findings[f.segment].kind == "made" or zone[3].share <= 0.5


def grows(zone: Zone, f: Finding) -> bool:
    grown = [replace(r, is_above_scale=True) if r.name == f.makers[0] else r for r in zone[1]]
    return again((zone[0], grown, zone[2], zone[3])).findings[f.segment].kind == "made"


def maker_made(zone: Zone, f: Finding) -> bool:
    return again(zone, more=[newcomer(f.segment)]).findings[f.segment].kind == "made"


CARRIED_OUT: dict[str, Callable[[Zone, Finding], bool]] = {
    "one-maker": one_maker,
    "one-source": one_source,
    "second-source": second_source,
    "fewer": fewer,
    "fewer-one": fewer,
    "ready": ready,
    "ready-one": ready,
    "second-maker": second_maker,
    "grows": grows,
    "grows-it": grows,
    "maker-made": maker_made,
}


@settings(max_examples=examples(400))
@given(worlds())
def test_what_would_change_a_verdict_does(world: World) -> None:
    outside = None if world.outside is None else residents_of(world.outside)
    zone: Zone = (atlas_of(world), residents_of(world.residents), outside, replace(limits_of(world), residents=0))
    for finding in again(zone).verdicts:
        for change in _changes(finding, zone[3]):
            if change in CARRIED_OUT:
                event(change)
                assert CARRIED_OUT[change](zone, finding), (change, finding)
