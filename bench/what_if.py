"""What if on Shenyang's sample: a scenario played on the zone as it stands, against diagnosing the whole list anew."""

from collections.abc import Iterator

from bench.clock import best
from xinya.chain.engine.report import Report, report
from xinya.chain.engine.scenario import Outcome, Steps, measured, play
from xinya.chain.files import listed_companies, placer_for, shipped_atlas
from xinya.zones.files import read_companies
from xinya.zones.files.case import SHIPPED, shipped_case

GUEST, MADE, LEAVER = "洛阳伊衡轴承有限公司", "composite-part", "沈阳鋆汀航标件有限公司"
BAR_MS = 100


def run() -> Iterator[str]:
    """Three scenarios (a maker settles, one stops, a new one makes composites): ours, and placing and diagnosing all of it anew."""
    case, atlas = shipped_case(), shipped_atlas(shipped_case().zone("shenyang").chains)
    lines = read_companies((SHIPPED / "shenyang.csv").read_bytes(), "shenyang.csv")
    others = read_companies((SHIPPED / "shenyang_outside.csv").read_bytes(), "shenyang_outside.csv")

    def anew() -> tuple[Report, list[Report]]:
        placer = placer_for(atlas)
        here, there = listed_companies(lines, placer, atlas), listed_companies(others, placer, atlas)
        base = report(atlas, here, as_of=case.as_of, outside=there)
        came = [c for c in there if c.name == GUEST]
        rest = [c for c in there if c.name != GUEST]
        settled = report(atlas, [*here, *came], as_of=case.as_of, outside=rest)
        stopped = report(atlas, [c for c in here if c.name != LEAVER], as_of=case.as_of, outside=there)
        return base, [settled, stopped]

    placer = placer_for(atlas)
    there = listed_companies(others, placer, atlas)
    base = report(atlas, listed_companies(lines, placer, atlas), as_of=case.as_of, outside=there)

    def ours() -> list[Outcome]:
        wanted = [Steps(comes=(GUEST,)), Steps(leaves=(LEAVER,)), Steps(makes=(MADE,))]
        return [play(base, steps, outside=there) for steps in wanted]

    seconds, outcomes = best(ours)
    slow, (again, plain) = best(anew)
    is_same = again.diagnosis.verdicts == base.diagnosis.verdicts and all(
        o.measures == measured(p) and o.report.diagnosis.verdicts == p.diagnosis.verdicts
        for o, p in zip(outcomes, plain, strict=False)
    )
    per = seconds / len(outcomes) * 1000
    yield (
        f"what if, {len(lines)} companies, {len(atlas.segments)} segments: 3 scenarios {seconds * 1000:.1f} ms, {per:.1f} ms each"
        f" (bar {BAR_MS} ms), base and two of them anew {slow * 1000:.1f} ms, ratio {slow / seconds:.1f}, "
        f"{'same results' if is_same else 'results DIFFERS'}"
    )
