"""The companies of another zone's open data as a list of makers outside."""

from collections.abc import Mapping

from xinya.chain.engine import Atlas
from xinya.chain.engine.compare import defined
from xinya.kit.refusals import Refused
from xinya.kit.text import gettext_noop as _
from xinya.kit.text import plain
from xinya.zones.engine.credit_code import is_credit_code
from xinya.zones.files import CompanyLine

from .open_zone import OpenZone

LONGEST_NAME = 120
ONE_CODE = _("The document gives two companies one credit code (%(code)s): %(one)s and %(other)s. Its makers cannot be told apart.")
ONE_NAME = _("The document gives %(name)s two credit codes: %(one)s and %(other)s. Its makers cannot be told apart.")


def maker_lines(zone: OpenZone, atlas: Atlas | None = None) -> list[CompanyLine]:
    """One line a company, each name once. Their texts are placed anew, as any list's are.

    atlas: where a segment of the document has the same code and the same definition as one of it, the line names that segment.
    Two companies are never made one in silence. Raises Refused makers-alike (409) for two names with one valid credit code, and
    for one name with two.
    """
    alike = same_segments(zone, atlas) if atlas is not None else {}
    found: dict[str, CompanyLine] = {}
    names: dict[str, str] = {}
    for company in zone.companies:
        name = company.name[:LONGEST_NAME]
        key, segments = plain(name), tuple(s for s in company.segments if s in alike)
        code = company.credit_code if is_credit_code(company.credit_code) else None
        before = found.get(key)
        products = tuple(dict.fromkeys((*(before.products if before else ()), *company.products)))
        if code is not None:
            if plain(names.setdefault(code, name)) != key:
                raise Refused("makers-alike", ONE_CODE, status=409, code=code, one=names[code], other=name)
            if before is not None and before.uscc not in (None, code):
                raise Refused("makers-alike", ONE_NAME, status=409, name=name, one=before.uscc, other=code)
        if before is not None:
            code, segments = before.uscc or code, tuple(dict.fromkeys((*before.segments, *segments)))
        found[key] = CompanyLine(
            row=before.row if before else len(found) + 2, name=before.name if before else name, uscc=code, products=products,
            revenue_fen=None, above_scale=None, segments=segments,
        )  # fmt: skip
    return list(found.values())


def same_segments(zone: OpenZone, atlas: Atlas) -> Mapping[str, str]:
    """Codes that the document and the atlas define alike, with the common hash."""
    found = {}
    for pack in zone.packs.values():
        for code, segment in pack.segments.items():
            ours = atlas.segments.get(code)
            if ours is not None and defined(ours).hash == segment.hash:
                found[code] = segment.hash
    return found
