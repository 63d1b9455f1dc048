"""The register as an import needs it: who is held, under which codes and names, with which values."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from xinya.zones.engine.company_names import Candidates, name_key


@dataclass(frozen=True, slots=True)
class Known:
    """One company of the register. values: plain values by key (revenue_2024 in fen, a range as its two ends).

    idents: org9:…, reg15:… . beside: further values by key, from other sources. closed: keys that no list may touch.
    own: values by key that an earlier list of the same kind of source said, where they are single ones; empty: nothing is known.
    aliases: names under which lists tell it, as a person has said; never names that it bore. invented: keys of which nothing is
    held but what was made up for the demonstration.
    """

    id: str
    name: str
    code: str | None = None
    former_names: tuple[str, ...] = ()
    idents: tuple[str, ...] = ()
    values: Mapping[str, Any] = field(default_factory=dict)
    beside: Mapping[str, tuple[Any, ...]] = field(default_factory=dict)
    closed: Collection[str] = frozenset()
    own: Mapping[str, Any] = field(default_factory=dict)
    aliases: tuple[str, ...] = ()
    invented: Collection[str] = frozenset()

    @property
    def names(self) -> tuple[str, ...]:
        """Every name that it is known by."""
        return (self.name, *self.former_names, *self.aliases)


@dataclass(frozen=True)
class Register:
    """All companies an import is compared with. places: short names of the divisions in use, see `places_of`.

    is_own: it holds one company alone, whose own people bring the list.
    """

    companies: tuple[Known, ...] = ()
    places: frozenset[str] = frozenset()
    is_own: bool = False

    @classmethod
    def of(cls, companies: Iterable[Known], places: Iterable[str] = ()) -> "Register":
        """A register of these companies."""
        return cls(tuple(companies), frozenset(places))

    def want(self, ids: Collection[str]) -> None:
        """Told before values are asked for: the companies that rows were found to be. A register in memory has them all."""

    @cached_property
    def by_id(self) -> dict[str, Known]:
        """Every company by its number in the register."""
        return {company.id: company for company in self.companies}

    @cached_property
    def by_code(self) -> dict[str, Known]:
        """Companies by credit code."""
        return {company.code: company for company in self.companies if company.code}

    @cached_property
    def by_ident(self) -> dict[str, Known]:
        """Companies by older identifiers; the organisation code stands inside the credit code."""
        known = {f"org9:{company.code[8:17]}": company for company in self.companies if company.code}
        return known | {ident: company for company in self.companies for ident in company.idents}

    @cached_property
    def by_name(self) -> dict[str, list[Known]]:
        """Companies by the keys of their registered, former and other names."""
        found: dict[str, list[Known]] = defaultdict(list)
        for company in self.companies:
            for key in {name_key(name) for name in company.names} - {""}:
                found[key].append(company)
        return found

    @cached_property
    def sharing_ident(self) -> dict[str, list[Known]]:
        """All companies of each older identifier, held or within a code."""
        found: dict[str, list[Known]] = defaultdict(list)
        for company in self.companies:
            for ident in {*company.idents, *([f"org9:{company.code[8:17]}"] if company.code else [])}:
                found[ident].append(company)
        return found

    def like(self, name: str, *, without_code: bool = False, most: int = 3) -> list[tuple[Known, str]]:
        """At most so many companies with a like name, each with that name, the most like first; all, or those without a code."""
        owners, index = self._uncoded if without_code else self._candidates
        if not owners:
            return []
        found: dict[str, tuple[Known, str]] = {}
        for one in index.like(name, limit=3 * most):
            company, full = owners[one.place]
            found.setdefault(company.id, (company, full))
        return list(found.values())[:most]

    @cached_property
    def _candidates(self) -> tuple[list[tuple[Known, str]], Candidates]:
        return self._indexed(self.companies)

    @cached_property
    def _uncoded(self) -> tuple[list[tuple[Known, str]], Candidates]:
        return self._indexed([company for company in self.companies if not company.code])

    def _indexed(self, companies: Iterable[Known]) -> tuple[list[tuple[Known, str]], Candidates]:
        owners = [(company, name) for company in companies for name in company.names]
        return owners, Candidates([name for _company, name in owners] or ["-"], places=self.places)
