"""Who could fill a gap (谁能补链): known makers outside, ranked, with what speaks for and against each. Pure.

Order: whom an officer called suitable first and whom an officer turned down last; then the direct demand of all gaps here that the
maker would serve; then how many of its own essential inputs are made here; then scale; then name. The order is our own choice.
"""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field

from xinya.kit.text import plain
from xinya.zones.engine.standings import is_abnormal

from .placement import COUNTED
from .report import Company, Report
from .verdicts import GAPS

CAN_MAKE, CONFIRMED_MAKER, ALSO_FILLS, SERVES_ANCHOR, INPUTS_HERE, SAME_GROUP, ABOVE_SCALE, SAID_YES, SHARE, SUPPLIES, NEAR = (
    "makes", "confirmed-maker", "also-fills", "serves-anchor", "inputs-here", "same-group", "above-scale", "said-yes",
    "revenue-share", "already-supplies", "near",
)  # fmt: skip
SINGLE_PRODUCT, NOT_ABOVE_SCALE, SCALE_UNKNOWN, NEEDS_ELSEWHERE, NOT_PRODUCING, SAID_NO, LOW_SHARE, FAR, ABNORMAL = (
    "single-product", "not-above-scale", "scale-unknown", "needs-elsewhere", "not-producing", "said-no",
    "low-revenue-share", "far", "abnormal-standing",
)  # fmt: skip
SMALL_SHARE = 500
"""Below this share of revenue, in hundredths of a percent, a product is a side line: our own choice."""


@dataclass(frozen=True, slots=True)
class Reason:
    """One thing that speaks for or against. names: product texts, companies or segment codes, as the code says; count: how many."""

    code: str
    names: tuple[str, ...] = ()
    count: int = 0


@dataclass(frozen=True, slots=True)
class Candidate:
    """A maker with its reasons. served: direct demand of the gaps here that it would serve; word: the officer's, or None.

    share: of revenue, of what it makes of this, in hundredths of a percent; is_far: another province than the zone's, None where
    one of them is not known.
    """

    company: str
    served: float
    covers: tuple[str, ...]
    pro: tuple[Reason, ...]
    con: tuple[Reason, ...]
    word: bool | None = None
    key: tuple[object, ...] = field(default=(), repr=False)
    share: int | None = None
    province: str = ""
    is_far: bool | None = None
    is_abnormal: bool = False


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which candidates are asked for.

    least_share: of revenue, in hundredths of a percent, where 1 asks for any that is stated. region: near, far, or the two digits
    of a province. is_normal: none of an abnormal standing. word: yes, no or none (nobody said anything).
    """

    least_share: int = 0
    region: str = ""
    is_normal: bool = False
    word: str = ""


ANY = Wanted()
WORDS = {"yes": True, "no": False, "none": None}


def fits(one: Candidate, wanted: Wanted) -> bool:
    """Whether a candidate is asked for. What is not known of it fits no question for it, but a standing: silence is no blame."""
    if wanted.least_share and (one.share is None or one.share < wanted.least_share):
        return False
    if wanted.region in ("near", "far") and one.is_far is not (wanted.region == "far"):
        return False
    if wanted.region not in ("", "near", "far") and one.province != wanted.region:
        return False
    if wanted.is_normal and one.is_abnormal:
        return False
    return wanted.word not in WORDS or one.word is WORDS[wanted.word]


@dataclass(frozen=True, slots=True)
class _Around:
    """What every candidate is held against: the gaps with their direct demand, the anchors, the companies of each group."""

    gaps: Mapping[str, float]
    anchors: frozenset[str]
    groups: Mapping[str, tuple[str, ...]]
    province: str = ""
    supplies: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


def candidates(
    made: Report,
    segment: str,
    outside: Sequence[Company],
    *,
    words: Mapping[str, bool] | None = None,
    without: Collection[str] = (),
    supplies: Mapping[str, tuple[str, ...]] | None = None,
) -> list[Candidate]:
    """The makers of `segment` among `outside`, best first.

    words: what an officer said of a company for this segment. without: segments that a person said are no gaps here. supplies:
    companies here that a maker is known to supply, by the maker's name, however it is written.
    """
    groups: dict[str, tuple[str, ...]] = {}
    for c in made.companies:
        if c.group:
            groups[c.group] = (*groups.get(c.group, ()), c.name)
    around = _Around(
        {f.segment: f.demand for f in made.diagnosis.verdicts if f.kind in GAPS and f.segment not in without},
        frozenset(c.name for c in made.companies if c.is_anchor),
        groups,
        home_province(made),
        _by_word(supplies or {}),
    )
    found = [_candidate(made, segment, c, around, (words or {}).get(c.name)) for c in outside if segment in _reach(made, c)]
    return sorted(found, key=lambda c: c.key)


def _by_word(supplies: Mapping[str, tuple[str, ...]]) -> dict[str, tuple[str, ...]]:
    """By the maker's name as names are compared."""
    found: dict[str, dict[str, None]] = {}
    for maker, residents in supplies.items():
        found.setdefault(plain(maker), {}).update(dict.fromkeys(residents))
    return {word: tuple(residents) for word, residents in found.items()}


def home_province(made: Report) -> str:
    """The province of most companies here whose province is known; "" where none is or two are as many."""
    known = Counter(c.province for c in made.companies if c.province).most_common(2)
    return "" if not known or (len(known) > 1 and known[0][1] == known[1][1]) else known[0][0]


def _made(made: Report, company: Company) -> tuple[str, ...]:
    return company.resident(frozenset(made.atlas.segments)).makes


def reaches(made: Report, segment: str, company: Company) -> bool:
    """Whether a company is known to make a segment, or something narrower."""
    return segment in _reach(made, company)


def _reach(made: Report, company: Company) -> set[str]:
    """What it makes, and everything broader."""
    return {above for code in _made(made, company) for above in made.atlas.lines[code]}


def _candidate(made: Report, segment: str, company: Company, around: _Around, word: bool | None) -> Candidate:
    gaps = around.gaps
    reach = _reach(made, company)
    covers = tuple(sorted((code for code in gaps if code in reach), key=lambda code: (code != segment, -gaps[code], code)))
    here, missing = _inputs(made, company)
    pro, con = _reasons(made, segment, company, covers, around)
    if word is not None:
        (pro if word else con).insert(0, Reason(SAID_YES if word else SAID_NO))
    served = sum(gaps[code] for code in covers)
    ready = len(here) / (len(here) + len(missing)) if here or missing else 0.0
    share = _share(made, segment, company)
    is_far = company.province != around.province if company.province and around.province else None
    key = (0 if word else 2 if word is False else 1, -served, -ready, company.is_above_scale is not True, company.name)
    bad = is_abnormal(company.standing)
    return Candidate(
        company.name, served, covers, tuple(pro), tuple(con), word, key, share, company.province, is_far, bad
    )  # fmt: skip


def _share(made: Report, segment: str, company: Company) -> int | None:
    """The largest share of revenue among its products that are this; breakdowns overlap, so shares are never added up."""
    texts = {p.text for p in company.placements if p.state in COUNTED and segment in made.atlas.lines.get(p.segment, ())}
    return max((share for text, share in company.shares.items() if text in texts), default=None)


def _inputs(made: Report, company: Company) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Essential inputs of what it makes: (made here, not made here), without commodities, which are bought anywhere."""
    needed: dict[str, None] = {}
    for code in _made(made, company):
        for above in made.atlas.lines[code]:
            needed.update(dict.fromkeys(i for i, is_essential in made.atlas.needs.get(above, {}).items() if is_essential))
    own = _reach(made, company)
    wanted = [code for code in sorted(needed) if code not in own and not made.atlas.segments[code].is_commodity]
    findings = made.diagnosis.findings
    return tuple(c for c in wanted if findings[c].makers), tuple(c for c in wanted if not findings[c].makers)


def _reasons(
    made: Report, segment: str, company: Company, covers: Sequence[str], around: _Around
) -> tuple[list[Reason], list[Reason]]:
    here, missing = _inputs(made, company)
    texts = tuple(
        dict.fromkeys(
            p.text for p in company.placements if p.text and p.state in COUNTED and segment in made.atlas.lines.get(p.segment, ())
        )
    )
    pro: list[Reason] = [Reason(CAN_MAKE, texts, len(texts)) if texts else Reason(CONFIRMED_MAKER)]
    con: list[Reason] = []
    others = tuple(code for code in covers if code != segment)
    for is_pro, reason in _stated(made, segment, company, around):
        (pro if is_pro else con).append(reason)
    if others:
        pro.append(Reason(ALSO_FILLS, others, len(covers)))
    served = tuple(n.resident for n in made.diagnosis.findings[segment].buyers if n.resident in around.anchors)
    if served and segment in covers:
        pro.append(Reason(SERVES_ANCHOR, served, len(served)))
    if here:
        pro.append(Reason(INPUTS_HERE, here, len(here) + len(missing)))
    kin = around.groups.get(company.group or "", ())
    if kin:
        pro.append(Reason(SAME_GROUP, kin, len(kin)))
    if company.is_above_scale:
        pro.append(Reason(ABOVE_SCALE))
    else:
        con.append(Reason(SCALE_UNKNOWN if company.is_above_scale is None else NOT_ABOVE_SCALE))
    if len(company.products) == 1:
        con.append(Reason(SINGLE_PRODUCT))
    if missing:
        con.append(Reason(NEEDS_ELSEWHERE, missing, len(missing)))
    if company.state != "producing":
        con.append(Reason(NOT_PRODUCING))
    return pro, con


def _stated(made: Report, segment: str, company: Company, around: _Around) -> list[tuple[bool, Reason]]:
    """What sources say of it: share of revenue, whom it supplies here, where it is registered and how; (for it, reason)."""
    found: list[tuple[bool, Reason]] = []
    share = _share(made, segment, company)
    if share is not None:
        is_main = share >= SMALL_SHARE
        found.append((is_main, Reason(SHARE if is_main else LOW_SHARE, (), share)))
    known = around.supplies.get(plain(company.name), ())
    if known:
        found.append((True, Reason(SUPPLIES, known, len(known))))
    if company.province and around.province:
        is_near = company.province == around.province
        found.append((is_near, Reason(NEAR if is_near else FAR, (company.province,))))
    if is_abnormal(company.standing):
        found.append((False, Reason(ABNORMAL, (company.standing,))))
    return found
