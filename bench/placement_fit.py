"""Fit the placement's weights on the training names: `python -m bench.placement_fit [--write]`, half a minute.

Learned from: the training side of the first set, the further names, and the second set. The limits are set by
whole placements, rules and all, of models that saw none of a name's company. What was held back is scored by
`python -m bench.placement`. Each name is learned twice, with and without its company, so that a bare list is placed as well.
"""

import hashlib
import json
import sys
from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
from scipy.optimize import minimize

from bench import ckg
from bench.placement_set import NOWHERE, Labelled, Placed, Score, as_placed, fresh, labelled, more, names_of_companies, score
from xinya.chain.engine.evidence import NAMES, Context, Evidence, Evidences
from xinya.chain.engine.placer import Model, Placer
from xinya.chain.engine.product_texts import Part
from xinya.chain.files import SHIPPED, everyday_list, shipped_atlas, synonym_list, usage_list, wide_list, word_list

VERSION = "2026.11.3"
RIDGE, FOLDS = 1.5, 5
WANTED_AUTOMATIC, WANTED_PENDING, MOST_ASTRAY = 0.97, 0.82, 0.01
LEAST_AUTOMATIC, LEAST_PENDING = 0.84, 0.25  # cross-validation flatters and would go lower (decision 051)
AUTOMATIC_LIMITS = (0.96, 0.94, 0.92, 0.9, 0.88, 0.86, LEAST_AUTOMATIC)
PENDING_LIMITS = (0.5, 0.45, 0.4, 0.35, 0.3, 0.25)
Array = np.ndarray[Any, np.dtype[np.float64]]


def bare_placer() -> Placer:
    """A placer on all shipped chains whose model is still to be fitted."""
    return Placer(
        shipped_atlas(), word_list(), usage_list(), synonym_list(), everyday_list(), Model({}, 1.0, 1.0), wide=wide_list()
    )


def context_of(placer: Placer, row: Labelled) -> Context:
    """What else is known of the company that makes a labelled name."""
    names = names_of_companies()[row.company]
    told = placer.contexts([text for _key, text in names], industry=ckg.industry_of().get(row.company, ""))
    return next(context for (key, _text), context in zip(names, told, strict=True) if key == row.key)


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


def fold_of(row: Labelled) -> int:
    return hashlib.sha256(row.company.encode()).digest()[0] % FOLDS


class Remembered:
    """The evidence of a placer kept by part and context, so that many models can be tried on the same names."""

    def __init__(self, evidences: Evidences) -> None:
        self.evidences, self.kept = evidences, dict[tuple[Part, str, int], list[Evidence]]()

    def of(self, part: Part, word: str, context: Context) -> list[Evidence]:
        asked = (part, word, id(context))
        if asked not in self.kept:
            self.kept[asked] = self.evidences.of(part, word, context)
        return self.kept[asked]


class Trial:
    """Whole placements of labelled names, rules and all, by models that saw none of a name's company."""

    def __init__(self, placer: Placer, rows: Sequence[Labelled], sets: Sequence[Pairs]) -> None:
        self.placer, self.rows = placer, rows
        self.contexts = ([Context()] * len(rows), [context_of(placer, row) for row in rows])
        self.placer.evidences = Remembered(placer.evidences)  # type: ignore[assignment]
        folds = np.array([fold_of(row) for row in rows])
        self.folds = [int(fold) for fold in folds]
        self.weights = [fitted_to(sets, [folds[s.names] != fold for s in sets]) for fold in range(FOLDS)]

    def scores(self, split: str, automatic: float, pending: float) -> Iterator[tuple[Score, Score]]:
        """(AUTOMATIC, with PENDING) of one split, "" for all, at these limits: names alone, then with their companies."""
        for contexts in self.contexts:
            placed: dict[int, list[Placed]] = {}
            for row, context, fold in zip(self.rows, contexts, self.folds, strict=True):
                if split in ("", row.split):
                    self.placer.model = Model({}, automatic, pending)
                    self.placer.weights = tuple(self.weights[fold])
                    placed[row.key] = as_placed(self.placer.propose(row.text, context))
            some = [row for row in self.rows if row.key in placed]
            yield tuple(score(some, lambda row: placed[row.key], pending=p) for p in (False, True))  # type: ignore[misc]  # noqa: B023


def fitted_to(sets: Sequence[Pairs], kept: Sequence[Array]) -> Array:
    """The weights fitted on the pairs kept of each set."""
    return fitted(
        np.vstack([s.features[k] for s, k in zip(sets, kept, strict=True)]),
        np.concatenate([s.right[k] for s, k in zip(sets, kept, strict=True)]),
        np.concatenate([s.weights[k] for s, k in zip(sets, kept, strict=True)]) / len(sets),
    )


def limits(trial: Trial) -> tuple[float, float]:
    """The lowest limits at which the cross-validated placements are as precise as wanted and few names go astray."""
    automatic, pending = 1.0, 1.0
    for limit in AUTOMATIC_LIMITS:
        both = list(trial.scores("", limit, LEAST_PENDING))
        if all(s.precision >= WANTED_AUTOMATIC and s.astray <= MOST_ASTRAY * s.nowhere for s, _ in both):
            automatic = limit
    for limit in PENDING_LIMITS:
        both = list(trial.scores("", automatic, limit))
        if all(s.precision >= WANTED_PENDING for _, s in both):
            pending = limit
    return automatic, pending


def main() -> int:
    """Print what cross-validation finds; with --write keep the model."""
    rows = [*(r for r in labelled() if r.split == "train"), *more(), *fresh()]
    placer = bare_placer()
    sets = [Pairs(placer, rows, with_company=w) for w in (False, True)]
    trial = Trial(placer, rows, sets)
    automatic, pending = limits(trial)
    for split in ("", "train", "more", "read", "kept"):
        for limit in AUTOMATIC_LIMITS if not split else (automatic,):
            for name, both in zip(
                ("alone", "company"),
                trial.scores(split, limit, pending),
                strict=True,
            ):
                print(f"{split or 'all':5} {limit:.2f} {name:7} {both[0].line()}")
                if limit == automatic:
                    print(f"{split or 'all':5}  +P  {name:7} {both[1].line()}")
    b = fitted_to(sets, [np.full(len(s.right), True) for s in sets])
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
