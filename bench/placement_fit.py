"""Fit the placement's weights on the training names: `python -m bench.placement_fit [--write]`, a few seconds.

Cross-validated by company on the training part only; the held-back part is scored by `python -m bench.placement`.
Each name is learned twice, with and without its company, so that a bare list of names is placed as well.
"""

import hashlib
import json
import sys
from collections import Counter
from collections.abc import Sequence
from typing import Any

import numpy as np
from scipy.optimize import minimize

from bench import ckg
from bench.placement_set import NOWHERE, Labelled, labelled, more, names_of_companies
from xinya.chain.engine.evidence import NAMES, Context
from xinya.chain.engine.placer import Model, Placer
from xinya.chain.engine.word_kinds import GOODS_TRADE
from xinya.chain.files import SHIPPED, everyday_list, shipped_atlas, synonym_list, usage_list, word_list

VERSION = "2026.11.1"
RIDGE, FOLDS = 1.5, 5
WANTED_AUTOMATIC, WANTED_PENDING, MOST_ASTRAY = 0.965, 0.82, 0.015
LEAST_AUTOMATIC, LEAST_PENDING = 0.91, 0.25
Array = np.ndarray[Any, np.dtype[np.float64]]


def bare_placer() -> Placer:
    """A placer on all shipped chains whose model is still to be fitted."""
    return Placer(shipped_atlas(), word_list(), usage_list(), synonym_list(), everyday_list(), Model({}, 1.0, 1.0))


def context_of(placer: Placer, row: Labelled) -> Context:
    """What else is known of the company that makes a labelled name."""
    others = [text for key, text in names_of_companies()[row.company] if key != row.key]
    firm = Counter(code for text in others for code in placer.firm(text))
    trades = any(GOODS_TRADE.search(text) for text in others)
    return Context(dict(firm), len(others), ckg.industry_of().get(row.company, ""), (), trades)


class Pairs:
    """Names times the segments near them: features, whether right, weight, which name, which segment."""

    def __init__(self, placer: Placer, rows: Sequence[Labelled], *, with_company: bool) -> None:
        features, right, weights, names, codes = [], [], [], [], []
        for at, row in enumerate(rows):
            context = context_of(placer, row) if with_company else Context()
            for part in placer.parts_of(row.text):
                for evidence in placer.evidences.of(part, placer.core(part.words), context):
                    code = evidence.match.code
                    is_right = code in row.final
                    features.append(evidence.features)
                    right.append(is_right)
                    weights.append(0.0 if is_right and NOWHERE in row.final else 1.0)
                    names.append(at)
                    codes.append(code)
        self.features: Array = np.array(features, float)
        self.right: Array = np.array(right, float)
        self.weights: Array = np.array(weights, float)
        self.names, self.codes = np.array(names), codes

    def best(self, chances: Array) -> dict[int, tuple[float, str]]:
        """Name -> its likeliest segment."""
        found: dict[int, tuple[float, str]] = {}
        for at, code, chance in zip(self.names, self.codes, chances, strict=True):
            if at not in found or chance > found[at][0]:
                found[int(at)] = (float(chance), code)
        return found


def fitted(features: Array, right: Array, weights: Array) -> Array:
    """Weights of the logistic model with the least penalised loss; the bias is not penalised."""

    def loss(b: Array) -> tuple[float, Array]:
        z = features @ b
        held = b.copy()
        held[0] = 0.0
        gradient = features.T @ (weights * (1 / (1 + np.exp(-z)) - right)) + RIDGE * held
        return float((weights * (np.logaddexp(0, z) - right * z)).sum() + RIDGE / 2 * held @ held), gradient

    found: Array = minimize(loss, np.zeros(features.shape[1]), jac=True, method="L-BFGS-B", options={"maxiter": 1000}).x
    return found


def chances(features: Array, b: Array) -> Array:
    result: Array = 1 / (1 + np.exp(-(features @ b)))
    return result


def fold_of(row: Labelled) -> int:
    return hashlib.sha256(row.company.encode()).digest()[0] % FOLDS


def cross_validated(rows: Sequence[Labelled], sets: Sequence[Pairs]) -> list[Array]:
    """The chance of each pair by a model that saw none of its company."""
    folds = np.array([fold_of(row) for row in rows])
    found = [np.zeros(len(s.right)) for s in sets]
    for fold in range(FOLDS):
        kept = [folds[s.names] != fold for s in sets]
        b = fitted(
            np.vstack([s.features[k] for s, k in zip(sets, kept, strict=True)]),
            np.concatenate([s.right[k] for s, k in zip(sets, kept, strict=True)]),
            np.concatenate([s.weights[k] for s, k in zip(sets, kept, strict=True)]) / len(sets),
        )
        for chance, s, k in zip(found, sets, kept, strict=True):
            chance[~k] = chances(s.features[~k], b)
    return found


def limits(
    judged: Sequence[Labelled], rows: Sequence[Labelled], tops: Sequence[dict[int, tuple[float, str]]]
) -> tuple[float, float]:
    """The lowest limits at which the cross-validated placements are as precise as wanted, and few names go astray.

    judged: the names that set them, those read last: what was added to the packs while the others were read flatters those.
    """
    said = [(chance, code in rows[at].final, rows[at]) for top in tops for at, (chance, code) in top.items()]
    seen = sorted(said, key=lambda x: -x[0])
    nowhere = sum(r.belongs_nowhere for r in judged) * len(tops)
    automatic = pending = 1.0
    right = astray = 0
    for count, (chance, is_right, row) in enumerate(seen, start=1):
        right += is_right
        astray += row.belongs_nowhere
        if right / count >= WANTED_AUTOMATIC and astray / nowhere <= MOST_ASTRAY:
            automatic = chance
        if right / count >= WANTED_PENDING:
            pending = chance
    return max(automatic, LEAST_AUTOMATIC), max(pending, LEAST_PENDING)


def table(judged: Sequence[Labelled], top: dict[int, tuple[float, str]], rows: Sequence[Labelled] = ()) -> list[str]:
    """Precision and recall at some limits; `rows`: where the numbers of `top` point, when not into `judged`."""
    rows = rows or judged
    firm, lines = sum(r.is_firm for r in judged), []
    for limit in (0.95, 0.9, 0.85, 0.8, 0.75, 0.7, 0.6, 0.5, 0.4, 0.3, 0.25, 0.2, 0.15, 0.1):
        some = [(code in rows[at].final, rows[at]) for at, (chance, code) in top.items() if chance >= limit]
        right = sum(is_right for is_right, _row in some)
        found = sum(is_right and row.is_firm for is_right, row in some)
        astray = sum(row.belongs_nowhere for _is_right, row in some)
        precision = right / max(1, len(some))
        lines.append(f"  {limit:.2f}: placed {len(some)}, precision {precision:.3f}, recall {found / firm:.3f}, astray {astray}")
    return lines


def main() -> int:
    """Print what cross-validation finds; with --write keep the model."""
    rows = [*(r for r in labelled() if r.split == "train"), *more()]
    placer = bare_placer()
    sets = [Pairs(placer, rows, with_company=w) for w in (False, True)]
    tops = [s.best(c) for s, c in zip(sets, cross_validated(rows, sets), strict=True)]
    fresh = [{at: best for at, best in top.items() if rows[at].split == "more"} for top in tops]
    for name, top, last in zip(("names alone", "with their companies"), tops, fresh, strict=True):
        print(f"{len(rows)} training names, {name}, {FOLDS} folds by company:")
        print("\n".join(table(rows, top)))
        print("  of these the names read last:")
        print("\n".join(table([r for r in rows if r.split == "more"], last, rows)))
    automatic, pending = limits([r for r in rows if r.split == "more"], rows, fresh)
    b = fitted(
        np.vstack([s.features for s in sets]),
        np.concatenate([s.right for s in sets]),
        np.concatenate([s.weights for s in sets]) / len(sets),
    )
    print(f"limits: automatic {automatic:.3f}, pending {pending:.3f}")
    told = {
        "version": VERSION,
        "automatic": round(automatic, 3),
        "pending": round(pending, 3),
        "weights": {name: round(float(w), 4) for name, w in zip(NAMES, b, strict=True) if abs(w) >= 0.0001},
    }
    if "--write" in sys.argv[1:]:
        (SHIPPED / "placement_model.json").write_text(json.dumps(told, indent=1) + "\n", encoding="utf-8")
    else:
        print(json.dumps(told["weights"]))
    return 0


if __name__ == "__main__":
    sys.exit(main())
