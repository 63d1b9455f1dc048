"""HTTP API: search, behind the same gate as its page."""

from collections.abc import Sequence
from typing import Any, overload

from django.http import HttpRequest
from ninja import Query, Router, Schema
from pydantic import Field

from xinya.kit.api import LARGEST_PAGE, READ_PROBLEMS, Page, Words, cursor_page
from xinya.kit.search import LONGEST_QUERY, Hit, Search
from xinya.zones.queries import signed_in

from .search import page_of

router = Router(tags=["search"])
TELLING = 3


class SearchAsked(Schema):
    """q: words, a code or a part of a name. kind: only records of this kind (company, segment, pack)."""

    q: Words = Field(min_length=1, max_length=LONGEST_QUERY)
    kind: Words = Field("", max_length=30)
    cursor: str = Field("", max_length=100)
    limit: int = Field(20, ge=1, le=LARGEST_PAGE)


class FoundItem(Schema):
    """A record that was found. said: the texts that hold what was asked for. page: the address of its page."""

    kind: str
    key: str
    name_zh: str
    name_en: str
    place_zh: str
    place_en: str
    codes: list[str]
    said: list[str]
    page: str


class FoundPage(Page[FoundItem]):
    """A page of results, best first. counts: how many of each kind the caller may find. is_ready: whether the index took part."""

    counts: dict[str, int]
    is_ready: bool


class _Results(Sequence[Hit]):
    """The results as a list that is read a page at a time."""

    def __init__(self, search: Search, kind: str) -> None:
        self.search, self.kinds = search, search.kinds_of(kind)
        self.total = search.count(self.kinds)

    def __len__(self) -> int:
        return self.total

    @overload
    def __getitem__(self, index: int) -> Hit: ...
    @overload
    def __getitem__(self, index: slice) -> Sequence[Hit]: ...
    def __getitem__(self, index: int | slice) -> Hit | Sequence[Hit]:
        start, stop, _step = index.indices(self.total) if isinstance(index, slice) else (index, index + 1, 1)
        hits = self.search.hits(self.kinds, start, stop - start)
        return hits if isinstance(index, slice) else hits[0]


@router.get("/search", response={200: FoundPage, **READ_PROBLEMS}, summary="Search companies, segments and packs")
def find_records(request: HttpRequest, asked: Query[SearchAsked]) -> dict[str, Any]:
    made = Search(signed_in(request), asked.q)
    rows = _Results(made, asked.kind)
    whole = cursor_page(rows, cursor=asked.cursor, limit=asked.limit, render=lambda hit: found_item(made, hit))
    return {**whole, "counts": made.counts, "is_ready": made.is_ready}


def found_item(search: Search, hit: Hit) -> dict[str, Any]:
    found = hit.document
    return {
        "kind": hit.kind.name, "key": found.key, "name_zh": found.names[0], "name_en": found.name_en,
        "place_zh": found.place, "place_en": found.place_en, "codes": list(found.codes),
        "said": search.telling((*found.aliases, *found.text, *found.text_en), TELLING), "page": page_of(hit),
    }  # fmt: skip
