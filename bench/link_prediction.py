"""Missing inputs of products on data/ckg: a seeded tenth of the links is hidden and has to be found again, floors beside."""

import time
from collections.abc import Iterator, Mapping

import numpy as np

from bench.ckg_graph import has_listed, listed
from xinya.chain.engine.links import Clues, Known, hide, judged, matched_negatives, trained, uniform_negatives

SEED = 0
METHODS = ("popularity", "preferential attachment", "item kNN", "names, kinds and links (ours)")


def run() -> Iterator[str]:
    """What was hidden and how negatives were drawn, then one line a method."""
    if not has_listed():
        yield "link prediction: data/ckg does not lie beside the repository; not measured"
        return
    begun = time.process_time()
    given = listed()
    products, inputs = np.unique(np.column_stack(given.inputs), axis=0).T
    products, inputs = products[products != inputs], inputs[products != inputs]
    kept, hidden = hide(len(products), seed=SEED)
    materials = np.unique(inputs)
    column = np.full(len(given.names), -1, dtype=np.int64)
    column[materials] = np.arange(len(materials))
    suffix = given.is_kind_by_suffix
    known = Known(given.names, products[kept], inputs[kept], given.kinds[0][suffix], given.kinds[1][suffix], materials)
    weights, clues = trained(known, seed=SEED), Clues(known)
    taken = set(zip(products.tolist(), column[inputs].tolist(), strict=True))
    truth = column[inputs[hidden]]
    negatives = {
        "uniform": uniform_negatives(products[hidden], len(materials), taken, seed=SEED),
        "degree-matched": matched_negatives(products[hidden], truth, clues.degree, taken, seed=SEED),
    }

    def scores(some: np.ndarray) -> Mapping[str, np.ndarray]:  # type: ignore[type-arg]
        popular = np.broadcast_to(clues.degree, (len(some), len(materials)))
        return {
            METHODS[0]: popular,
            METHODS[1]: popular * clues.out_degree[some][:, None],
            METHODS[2]: clues.item_knn(some),
            METHODS[3]: weights.score(clues.of(some)),
        }

    yield (
        f"link prediction on ckg, seed {SEED}: {len(hidden)} of {len(products)} links product -> input hidden, ranked among "
        f"{len(materials)} materials, other links of the product filtered out. Negatives: uniform = any product with a hidden "
        f"link, any material ({len(negatives['uniform'][0])}); degree-matched = the same product, a material of as many known uses "
        f"({len(negatives['degree-matched'][0])})"
    )
    for name, found in judged(scores, (products[hidden], truth), taken, negatives).items():
        hits = ", ".join(f"Hits@{cut} {value:.3f}" for cut, value in found.hits.items())
        areas = ", ".join(f"AUC {way} {value:.3f}" for way, value in found.auc.items())
        yield f"link prediction, {name}: filtered MRR {found.mrr:.3f}, {hits}; {areas}"
    yield f"link prediction: {time.process_time() - begun:.0f} s of CPU for all of it"
