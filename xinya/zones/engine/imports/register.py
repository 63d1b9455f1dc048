"""The register as an import needs it: who is held, under which codes and names, with which values."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from xinya.zones.engine.imports.names import Names


@dataclass(frozen=True, slots=True)
class Known:
    """One company of the register. values: plain values by key (revenue_2024 in fen); idents: org9:…, reg15:… ."""

    id: str
    name: str
    code: str | None = None
    former_names: tuple[str, ...] = ()
    idents: tuple[str, ...] = ()
    values: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Register:
    """All companies an import is compared with."""

    companies: tuple[Known, ...] = ()

    @classmethod
    def of(cls, companies: Iterable[Known]) -> "Register":
        """A register of these companies."""
        return cls(tuple(companies))

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
    def names(self) -> Names:
        """Registered and former names."""
        return Names((name, company.id) for company in self.companies for name in (company.name, *company.former_names))
