"""Economic complexity as other programs take it: rows for CSV, one object for JSON; what is unknown is empty (null)."""

import math
from collections.abc import Iterator
from typing import Any

import numpy as np

from xinya.chain.engine.complexity import Candidate, Complexity
from xinya.kit.delimited import escaped

from .values import Values

PAIR_HEAD = ("location", "product", "value", "rca", "rpop", "mcp", "density", "cog", "diversity", "eci", "coi", "ubiquity", "pci")


def number(value: float) -> float | None:
    """The number, None where it is not known."""
    return float(value) if math.isfinite(value) else None


def location_objects(found: Complexity, values: Values) -> list[dict[str, Any]]:
    """One object a location, in the order of names."""
    parts = found.parts[0] if found.parts is not None else None
    return [
        {
            "location": name, "diversity": int(found.diversity[i]), "eci": number(found.eci[i]), "coi": number(found.coi[i]),
            "left_out": not bool(found.locations[i]),
        }
        | ({} if parts is None else {"component": None if parts[i] < 0 else int(parts[i]) + 1})
        for i, name in enumerate(values.locations)
    ]  # fmt: skip


def product_objects(found: Complexity, values: Values) -> list[dict[str, Any]]:
    """One object a product, in the order of names."""
    parts = found.parts[1] if found.parts is not None else None
    return [
        {
            "product": name, "ubiquity": int(found.ubiquity[k]), "pci": number(found.pci[k]),
            "left_out": not bool(found.products[k]),
        }
        | ({} if parts is None else {"component": None if parts[k] < 0 else int(parts[k]) + 1})
        for k, name in enumerate(values.products)
    ]  # fmt: skip


def pair_rows(found: Complexity, values: Values) -> Iterator[list[str]]:
    """The head and one row a pair, every number with all its digits."""
    ratios = [table is not None for table in (found.rca, found.rpop)]
    kept = [True] * 3 + ratios + [True] * 8
    yield [name for name, is_kept in zip(PAIR_HEAD, kept, strict=True) if is_kept]
    of_products = [(str(u), _text(p)) for u, p in zip(found.ubiquity.tolist(), found.pci.tolist(), strict=True)]
    for i, place in enumerate(values.locations):
        tables = [t[i].tolist() for t in (found.rca, found.rpop) if t is not None]
        middle = [found.present[i].astype(int).tolist(), found.density[i].tolist(), found.cog[i].tolist()]
        of_place = [str(int(found.diversity[i])), _text(found.eci[i]), _text(found.coi[i])]
        own = values.values[i].tolist()
        for k, product in enumerate(values.products):
            yield [
                escaped(place), escaped(product), _text(own[k]), *(_text(t[k]) for t in tables),
                str(middle[0][k]), _text(middle[1][k]), _text(middle[2][k]), *of_place, *of_products[k],
            ]  # fmt: skip


def _text(value: float) -> str:
    return repr(float(value)) if math.isfinite(value) else ""


def candidate_objects(rows: list[Candidate], values: Values) -> list[dict[str, Any]]:
    """The positioning list with its parts."""
    return [
        {
            "rank": row.rank, "product": values.products[row.product], "score": row.score,
            "density": number(row.density), "pci": number(row.pci), "cog": number(row.cog),
            "z": {"density": row.z_density, "pci": row.z_pci, "cog": row.z_cog},
        }
        for row in rows
    ]  # fmt: skip


def complexity_object(found: Complexity, values: Values, *, settings: dict[str, Any]) -> dict[str, Any]:
    """Everything but the pairs, which a table carries better."""
    return {
        "schema": "xinya.complexity/1",
        "settings": settings | {"period": values.period},
        "locations": location_objects(found, values),
        "products": product_objects(found, values),
        "flags": list(found.flags),
        "eigenvalues": {"second": number(found.second), "third": number(found.third)},
        "left_out": {"locations": int((~found.locations).sum()), "products": int((~found.products).sum())},
        "repeated_rows": values.repeated,
        "presences": int(np.count_nonzero(found.present)),
    }
