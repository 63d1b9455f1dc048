"""The placement on the labelled names that were held back, on the second set, and on every listed product."""

import resource
import time
from collections.abc import Callable, Iterator, Sequence
from functools import lru_cache

from bench import ckg
from bench.placement_set import Labelled, Placed, as_placed, fresh, labelled, names_of_companies, score
from xinya.chain.engine.placement import AUTOMATIC, PENDING
from xinya.chain.files import shipped_atlas, shipped_placer
from xinya.kit.text import plain

BAR_SECONDS, BAR_GB = 30, 2.0
Place = Callable[[Labelled], Sequence[Placed]]


@lru_cache(maxsize=1)
def terms() -> dict[str, str]:
    found: dict[str, str] = {}
    for segment in shipped_atlas().segments.values():
        for term in (segment.name_zh, *segment.aliases):
            found.setdefault(plain(term), segment.code)
    return found


def naive(row: Labelled) -> list[Placed]:
    """The exact name or alias and nothing else."""
    code = terms().get(plain(row.text))
    return [] if code is None else [(code, 1.0, True)]


def naive_inside(row: Labelled) -> list[Placed]:
    """The longest name or alias that stands anywhere in the text."""
    word = plain(row.text)
    best = max((t for t in terms() if len(t) > 1 and t in word), key=len, default="")
    return [(terms()[best], 1.0, True)] if best else []


def alone(row: Labelled) -> list[Placed]:
    """The engine on the bare name."""
    return as_placed(shipped_placer().propose(row.text))


def among_others(row: Labelled) -> list[Placed]:
    """The engine on the name with its company's other names and industry, of which only this one is asked."""
    rows = names_of_companies()[row.company]
    found = shipped_placer().place_all([text for _key, text in rows], industry=ckg.industry_of().get(row.company, ""))
    at = next(i for i, (key, _text) in enumerate(rows) if key == row.key)
    return as_placed(found[at])


def agreement(rows: Sequence[Labelled], what: str) -> str:
    same, meet = sum(r.first == r.second for r in rows), sum(bool(r.first & r.second) for r in rows)
    hard = sum(r.stratum in ("inside", "tail") for r in rows)
    nowhere, either = sum(r.belongs_nowhere for r in rows), sum(not r.is_firm and not r.belongs_nowhere for r in rows)
    return (
        f"placement, {what}, {len(rows)} names ({hard} drawn as hard negatives, {nowhere} belong nowhere, {either} either way): "
        f"the two readings agree on {same} ({same / len(rows):.1%}), share an answer on {meet} ({meet / len(rows):.1%})"
    )


def calibration(rows: Sequence[Labelled], place: Place) -> Iterator[str]:
    """Confidence as said against the share that was right, in five steps; names that may be left out count as right or nothing."""
    steps: dict[int, list[tuple[float, bool]]] = {}
    for row in rows:
        for code, confidence, _auto in place(row):
            steps.setdefault(min(4, int(confidence * 5)), []).append((confidence, code in row.final))
    for step, said in sorted(steps.items()):
        mean, right = sum(c for c, _ in said) / len(said), sum(r for _, r in said) / len(said)
        yield f"    said {step / 5:.1f} to {step / 5 + 0.2:.1f}: {len(said)} placements, mean {mean:.2f}, right {right:.2f}"


def run() -> Iterator[str]:
    """The lines of the placement; says so where the public list is not at hand."""
    if not ckg.has_listed():
        yield "placement: the public list of products is not at hand, nothing was measured"
        return
    yield agreement(labelled(), "first set")
    yield from scores([r for r in labelled() if r.split == "held"], "held back")
    yield agreement(fresh(), "second set")
    yield from scores(fresh(), "of the second set, learned from by now")
    yield from speed()


def scores(rows: Sequence[Labelled], what: str) -> Iterator[str]:
    """Precision and recall of the naive ways and of the engine, names alone and with their companies, and the calibration."""
    for name, place in (("exact name or alias", naive), ("longest name inside", naive_inside)):
        yield f"  naive, {name}, {len(rows)} {what}: {score(rows, place, pending=True).line()}"
    for name, place in (("names alone", alone), ("with their companies", among_others)):
        kept = {r.key: place(r) for r in rows}
        here: Place = lambda row, kept=kept: kept[row.key]  # type: ignore[misc]  # noqa: E731
        for state, pending in ((AUTOMATIC, False), (f"{AUTOMATIC} + {PENDING}", True)):
            yield f"  {name}, {state}: {score(rows, here, pending=pending).line()}"
        wide = score(rows, here, pending=False, with_broader=True)
        yield f"  {name}, {AUTOMATIC}, a broader segment taken as right: {wide.line()}"
        yield f"  {name}, calibration:"
        yield from calibration(rows, here)


def speed() -> Iterator[str]:
    """Every distinct product with a maker placed once, in one process."""
    shipped_placer.cache_clear()
    texts = sorted({ckg.products()[key] for key in ckg.made()})
    began, cpu = time.perf_counter(), time.process_time()
    placer = shipped_placer()
    found = [placer.propose(text) for text in texts]
    wall, spent = time.perf_counter() - began, time.process_time() - cpu
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024**2
    placed = sum(any(p.state == AUTOMATIC for p in f) for f in found)
    waiting = sum(bool(f) and not any(p.state == AUTOMATIC for p in f) for f in found)
    yield (
        f"  {len(texts)} distinct listed products in {wall:.1f} s, {spent:.1f} s of one core (bar {BAR_SECONDS} s on two), "
        f"peak {peak:.2f} GB (bar {BAR_GB:.0f} GB): {placed} placed, {waiting} proposed"
    )


if __name__ == "__main__":
    for line in run():
        print(line)
