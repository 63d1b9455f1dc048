"""The register of one zone as an import is compared with it; values are read only of the companies that rows are found to be."""

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, NamedTuple

from ..engine.conflicts import weighed
from ..engine.imports.as_facts import is_list, key_of, plain_of
from ..engine.imports.register import Known, Register
from ..engine.place_names import places_for
from ..models import Company, CompanyIdent, CompanyName, Fact, Secrecy, Source, Zone
from .freshness import latest_weighed, said_of

CONFIDENCE = {
    Source.Kind.AUDIT: "0.98", Source.Kind.REGISTER: "0.97", Source.Kind.STATISTICS: "0.95", Source.Kind.TAX: "0.95",
    Source.Kind.COMPANY: "0.85", Source.Kind.OFFICER: "0.75", Source.Kind.COMPANY_LIST: "0.75", Source.Kind.VENDOR: "0.60",
    Source.Kind.NEWS: "0.50", Source.Kind.INFERRED: "0.30", Source.Kind.INVENTED: "0.30",
}  # fmt: skip
CHUNK = 500
SHOWN, BESIDE, CLOSED, HIDDEN, OWN, INVENTED = range(6)
Parts = tuple[dict[str, Any], dict[str, tuple[Any, ...]], dict[str, bool], dict[str, bool], dict[str, Any], dict[str, bool]]


def best(facts: Sequence[Fact]) -> Fact:
    """The fact that is shown of several of one kind and period, by the rule that holds on the pages too."""
    held = latest_weighed(facts)
    return facts[0] if held is None else held[0]


class _Said(NamedTuple):
    """A fact in force, as the register reads it."""

    company: int
    pk: int
    kind: str
    period: str
    text: str
    number: int | None
    lower: int | None
    upper: int | None
    secrecy: str
    source: str
    observed_on: date
    precision: str
    settles: bool

    @property
    def width(self) -> int:
        return int(self.precision) if self.precision.isdecimal() else 0

    def plain(self, key: str) -> Any:
        return plain_of(key, self.text, self.number, (self.lower, self.upper))


_COLUMNS = (
    "company_id", "pk", "kind", "period", "text", "number", "lower", "upper", "secrecy", "source__kind", "observed_on",
    "precision", "settles",
)  # fmt: skip


@dataclass
class _Loader:
    """Facts in force by company, read in groups. source_kind: of the list that is compared."""

    source_kind: str
    found: dict[str, Parts] = field(default_factory=dict)

    def load(self, ids: Collection[str]) -> None:
        wanted = sorted(int(one) for one in ids if one not in self.found)
        for start in range(0, len(wanted), CHUNK):
            some = wanted[start : start + CHUNK]
            by_company: dict[int, list[_Said]] = defaultdict(list)
            rows = Fact.objects.filter(company__in=some, withdrawn_at=None).order_by("pk").values_list(*_COLUMNS)
            for columns in rows.iterator(chunk_size=5000):
                fact = _Said(*columns)
                by_company[fact.company].append(fact)
            for pk in some:
                self.found[str(pk)] = _parts(by_company[pk], self.source_kind)

    def of(self, one: str) -> Parts:
        if one not in self.found:
            self.load([one])
        return self.found[one]


def _parts(facts: Sequence[_Said], source_kind: str) -> Parts:
    by_key: dict[str, list[_Said]] = defaultdict(list)
    for fact in facts:
        key = key_of(fact.kind, fact.period)
        if key is not None:
            by_key[key].append(fact)
    values: dict[str, Any] = {}
    beside: dict[str, tuple[Any, ...]] = {}
    closed: dict[str, bool] = {}
    hidden: dict[str, bool] = {}
    own: dict[str, Any] = {}
    invented: dict[str, bool] = {}
    for key, said in by_key.items():
        classes = {one.secrecy for one in said}
        if Secrecy.RESTRICTED in classes:
            closed[key] = True
            continue
        if Secrecy.COMPANY in classes:
            hidden[key] = True
        if all(one.source == Source.Kind.INVENTED for one in said):
            invented[key] = True
        if is_list(key):
            mine = (source_kind, Source.Kind.INVENTED)
            values[key] = tuple(one.text for one in said if one.source in mine)
            beside[key] = tuple(one.text for one in said if one.source not in mine)
            continue
        shown = said[0] if len(said) == 1 else _shown(said)
        values[key] = shown.plain(key)
        if len(said) > 1:
            real = [one for one in said if one.source != Source.Kind.INVENTED]
            beside[key] = tuple(one.plain(key) for one in real if one is not shown)
            earlier = [one for one in said if one.source == source_kind]
            if earlier:
                own[key] = earlier[-1].plain(key)
    return values, beside, closed, hidden, own, invented


def _shown(said: Sequence[_Said]) -> _Said:
    """What pages show of it too."""
    best_key = weighed(said_of(one, one.source) for one in said).shown.key
    return next(one for one in said if one.pk == best_key)


class _Part(Mapping[str, Any]):
    """One of the parts of a company's facts, read when it is first asked for."""

    __slots__ = ("company", "loader", "part")

    def __init__(self, loader: _Loader, company: str, part: int) -> None:
        self.loader, self.company, self.part = loader, company, part

    def _whole(self) -> dict[str, Any]:
        return self.loader.of(self.company)[self.part]

    def __getitem__(self, key: str) -> Any:
        return self._whole()[key]

    def __iter__(self) -> Iterator[str]:
        return iter(self._whole())

    def __len__(self) -> int:
        return len(self._whole())


@dataclass(frozen=True)
class HeldRegister(Register):
    """The companies of a zone, with their facts on demand."""

    loader: _Loader = field(default_factory=lambda: _Loader(""))

    def want(self, ids: Collection[str]) -> None:
        """Read the facts of these companies in groups."""
        self.loader.load(ids)

    def is_hidden(self, company: str, key: str) -> bool:
        """Whether only the company and its handlers read what is held under this key."""
        return key in self.loader.of(company)[HIDDEN]


def held_register(
    zone: Zone, *, source_kind: str, company: Company | None = None, places: frozenset[str] = frozenset()
) -> HeldRegister:
    """The register of a zone; of one company alone for a list that the company brings. Three statements, facts as needed.

    places: those that names of companies here may hold; without any the prefectures and the zone's own name.
    """
    here = Company.objects.filter(zone=zone, is_outside=False)
    if company is not None:
        here = here.filter(pk=company.pk)
    former: dict[int, list[str]] = defaultdict(list)
    others: dict[int, list[str]] = defaultdict(list)
    names = CompanyName.objects.filter(company__in=here, withdrawn_at=None).values_list("company", "name", "kind")
    for pk, name, kind in names:
        (former if kind == CompanyName.Kind.FORMER else others)[pk].append(name)
    idents: dict[int, list[str]] = defaultdict(list)
    told = CompanyIdent.objects.filter(company__in=here, withdrawn_at=None).values_list("company", "scheme", "value")
    for pk, scheme, value in told:
        idents[pk].append(f"{scheme}:{value}")
    loader = _Loader(source_kind)
    companies = tuple(
        Known(
            str(pk), name, uscc or None, tuple(former.get(pk, ())), tuple(idents.get(pk, ())), _Part(loader, str(pk), SHOWN),
            _Part(loader, str(pk), BESIDE), _Part(loader, str(pk), CLOSED), _Part(loader, str(pk), OWN), tuple(others.get(pk, ())),
            _Part(loader, str(pk), INVENTED),
        )
        for pk, name, uscc in here.order_by("pk").values_list("pk", "name", "uscc")
    )  # fmt: skip
    return HeldRegister(companies, places or places_for(zone.name), company is not None, loader)
