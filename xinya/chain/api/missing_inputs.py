"""The route of missing-link prediction: a table of known links in, proposed inputs out; nothing is stored."""

from typing import Any

from django.http import HttpRequest
from ninja import File, Query, Router, Schema
from ninja.files import UploadedFile
from pydantic import Field

from xinya.kit.api import WRITE_PROBLEMS, Words

from ..engine.links import judged_on_hidden, proposed_inputs
from ..files.link_tables import proposals_object, read_links

router = Router(tags=["chains"])
MOST_ROWS, MOST_CHARACTERS = 2000, 60_000
"""What anybody signed in may have computed at once, a second or two: rows, and characters of all their names."""


class Asked(Schema):
    """product: only these, may be given again; left out: all that have a link. most: proposals a product. test: judge it too."""

    product: list[Words] = Field(default_factory=list, max_length=100)
    most: int = Field(5, ge=1, le=20)
    seed: int = Field(0, ge=0, le=2**31 - 1)
    test: bool = False


class MissingInput(Schema):
    """score: for the order within one product, no probability. alike: products alike by name that are known to need the input."""

    product: str
    rank: int
    input: str
    score: float
    alike: list[str]
    features: dict[str, float]


class TestedMethod(Schema):
    """Filtered mean reciprocal rank, share of hits in the first 1, 3, 10, area under the curve by kind of negatives."""

    method: str
    mrr: float
    hits: dict[str, float]
    auc: dict[str, float | None]


class TestedLinks(Schema):
    """How it did on hidden links of the table, with floors. negatives: pairs drawn, by the way of drawing."""

    hidden: int
    links: int
    inputs: int
    negatives: dict[str, int]
    methods: list[TestedMethod]


class MissingInputs(Schema):
    """The proposals, product by product, and what was read: self_links (a product as its own input) are left out."""

    links: int
    names: int
    inputs: int
    self_links: int
    repeated: int
    tested: TestedLinks | None
    proposals: list[MissingInput]


@router.post(
    "/missing-inputs",
    response={200: MissingInputs, **WRITE_PROBLEMS},
    summary="Inputs that products may need beyond the known ones of a table (CSV: product, input); nothing is stored",
)
def missing_inputs(
    request: HttpRequest, links: File[UploadedFile], asked: Query[Asked], kinds: File[UploadedFile | None] = None
) -> dict[str, Any]:
    above = None if kinds is None else kinds.read()
    named = "" if kinds is None else kinds.name or "kinds.csv"
    table = read_links(links.read(), links.name or "links.csv", above, named, most=MOST_ROWS, most_characters=MOST_CHARACTERS)
    tested = judged_on_hidden(table.known, seed=asked.seed) if asked.test else None
    proposals = proposed_inputs(table.known, table.products(asked.product), seed=asked.seed, most=asked.most)
    return proposals_object(table, proposals, settings={"seed": asked.seed, "most": asked.most}, tested=tested)
