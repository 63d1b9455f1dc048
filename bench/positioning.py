"""Back-test of the positioning list on data/ckg: city of the registered name x level-3 industry x listing year."""

from collections.abc import Iterator

import numpy as np

from bench.cities import city_of
from bench.ckg import has_listed, rows
from xinya.chain.engine.complexity import Mix, backtest

FIRST, LAST, AHEAD, TOP = 2005, 2019, 2, 10
WORDS = {
    "list": "the list (0.5 density, 0.25 PCI, 0.25 COG)",
    "nearness": "density alone",
    "popularity": "floor: popularity",
    "chance": "floor: chance",
}


def tables() -> tuple[list["np.ndarray[tuple[int, int], np.dtype[np.float64]]"], list[str], list[str], dict[str, int]]:
    """Companies listed by the end of each year, cities x industries; cities, industries, and what was left out."""
    industry = {row["company_code"]: row["industry_code"] for row in rows("company_industries")}
    kept, counts = [], {"companies": 0, "no city in the name": 0, "no listing day": 0, "no industry": 0}
    for company in rows("companies"):
        counts["companies"] += 1
        city, code = city_of(company["fullname"]), industry.get(company["code"])
        if not company["listed_on"]:
            counts["no listing day"] += 1
        elif code is None:
            counts["no industry"] += 1
        elif city is None:
            counts["no city in the name"] += 1
        else:
            kept.append((city, code, int(company["listed_on"][:4])))
    cities, codes = (sorted({row[i] for row in kept}) for i in (0, 1))
    place, column = {c: i for i, c in enumerate(cities)}, {k: i for i, k in enumerate(codes)}
    out = []
    for year in range(FIRST, LAST + AHEAD + 1):
        table = np.zeros((len(cities), len(codes)))
        for city, code, listed in kept:
            if listed <= year:
                table[place[city], column[code]] += 1
        out.append(table)
    return out, cities, codes, counts


def run() -> Iterator[str]:
    """What was taken, then one line for each way of ranking."""
    if not has_listed():
        yield "positioning: data/ckg does not lie beside the repository; not measured"
        return
    yearly, cities, codes, counts = tables()
    left = ", ".join(f"{name} {count}" for name, count in counts.items() if name != "companies")
    found = backtest(yearly, ahead=AHEAD, mix=Mix(), top=TOP)
    yield (
        f"positioning on ckg: {counts['companies']} listed companies (left out: {left}), {len(cities)} cities x {len(codes)} "
        f"industries; ranked at the end of {FIRST} to {LAST}, scored by what the city had {AHEAD} years later: "
        f"{found.came} arrivals among {found.candidates} candidates of {found.cases} cities and years"
    )
    for way, score in found.scores.items():
        yield (
            f"positioning, {WORDS[way]}: AUC {score.auc:.3f}, of what came {score.hits:.3f} within the first {TOP}, "
            f"of the first {TOP} {score.precision:.3f} came"
        )
    where = "above" if found.is_better_than_floors else "NOT above"
    yield f"positioning: the list is {where} both floors by AUC and by the first {TOP}"
