"""What a company does not say of itself in its own list: what others decide of it, and what finds it in the lists of others."""

from collections.abc import Sequence

from xinya.kit.text import gettext_noop as _
from xinya.zones.engine.imports.columns import Column
from xinya.zones.engine.imports.fields import OFFICIAL
from xinya.zones.engine.imports.findings import Finding, found
from xinya.zones.engine.imports.register import Register
from xinya.zones.engine.imports.rows import Row

NOT_TAKEN = _("The column “%(label)s” is not taken from a company's own list: the zone's officers enter it.")
NUMBER_NOT_HELD = _("The register does not hold the number %(number)s of %(name)s; the zone's officers enter it.")


def own_columns(columns: Sequence[Column], sheet: str) -> tuple[list[Column], list[Finding]]:
    """The columns that a company's own list fills, and a finding for each of the others."""
    taken = [column for column in columns if column.field.code not in OFFICIAL]
    others = [column for column in columns if column.field.code in OFFICIAL]
    return taken, [
        found("COLUMN_NOT_OWN", NOT_TAKEN, sheet=sheet, column=column.place, label=column.label, field=column.key)
        for column in others
    ]


def keep_known_numbers(row: Row, register: Register) -> None:
    """Leave out of a row every older identifier that the register does not hold of the company; each is said."""
    for ident in [one for one in row.older if one not in register.by_ident]:
        row.older.remove(ident)
        row.findings.append(
            found(
                "CODE_NOT_HELD",
                NUMBER_NOT_HELD,
                rows=(row.row,),
                raw=row.raws.get("credit_code", ""),
                field="credit_code",
                name=row.name,
                number=ident.partition(":")[2],
            )
        )
