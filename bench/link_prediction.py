"""Missing inputs of products on data/ckg: a seeded tenth of the links is hidden and has to be found again, floors beside."""

import time
from collections.abc import Iterator

import numpy as np

from bench.ckg import has_listed, listed
from xinya.chain.engine.links import Known, judged_on_hidden

SEED = 0


def run() -> Iterator[str]:
    """What was hidden and how negatives were drawn, then one line a method."""
    if not has_listed():
        yield "link prediction: data/ckg does not lie beside the repository; not measured"
        return
    begun = time.process_time()
    given = listed()
    products, inputs = np.unique(np.column_stack(given.inputs), axis=0).T
    products, inputs = products[products != inputs], inputs[products != inputs]
    suffix = given.is_kind_by_suffix
    known = Known(given.names, products, inputs, given.kinds[0][suffix], given.kinds[1][suffix], np.unique(inputs))
    found = judged_on_hidden(known, seed=SEED)
    yield (
        f"link prediction on ckg, seed {SEED}: {found.hidden} of {found.links} links product -> input hidden, ranked among "
        f"{found.materials} materials, other links of the product filtered out. Negatives: uniform = any product with a hidden "
        f"link, any material ({found.negatives['uniform']}); degree-matched = the same product, a material of as many known uses "
        f"({found.negatives['degree-matched']})"
    )
    for name, method in found.methods.items():
        hits = ", ".join(f"Hits@{cut} {value:.3f}" for cut, value in method.hits.items())
        areas = ", ".join(f"AUC {way} {value:.3f}" for way, value in method.auc.items())
        yield f"link prediction, {name}: filtered MRR {method.mrr:.3f}, {hits}; {areas}"
    yield f"link prediction: {time.process_time() - begun:.0f} s of CPU for all of it"
