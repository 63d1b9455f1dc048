"""What is wrong with a pack, by file and row: `xinya chain check-pack`. The rules are docs/chain-packs.md."""

import datetime
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from xinya.chain.engine import KINDS, STAGES
from xinya.chain.engine.small_cells import TOTAL
from xinya.kit.text import gettext_noop as _
from xinya.kit.text import plain, say

from .heads import CODE, LONGEST_NAME, NAME_LONG, wrong_head
from .pack import Pack, Row, classes, items
from .texts import (
    Wrong,
    latest_day,
    wrong_address,
    wrong_day,
    wrong_definitions,
    wrong_publication,
    wrong_texts,
)

GENERAL = "general knowledge"
SOURCE_ID = re.compile(r"[a-z][a-z0-9-]*")
SHARE = re.compile(r"\d+(\.\d+)?", re.ASCII)
CODE_TWICE = _("The code %(code)s is given twice.")
SEGMENT_UNKNOWN = _("There is no segment %(code)s.")


@dataclass(frozen=True, slots=True)
class Defect:
    """One thing wrong: where, a code for programs, a sentence for people."""

    pack: str
    file: str
    row: int | None
    code: str
    message: str
    values: Mapping[str, object]

    def sentence(self, language: str = "en") -> str:
        place = f"{self.pack}/{self.file}" + (f":{self.row}" if self.row else "")
        return f"{place}: {self.code}: {say(language, self.message, **self.values)}"


def check_packs(
    packs: Sequence[Pack],
    *,
    homes: Iterable[Pack] = (),
    known_classes: Mapping[str, object] | None = None,
    today: datetime.date | None = None,
) -> list[Defect]:
    """Every defect of `packs`; `homes` are packs that may lend segments; `known_classes` the class table to check against.

    today: after it no pack stands; by default the day that it is now where on earth it is latest.
    """
    names = {p.code for p in packs}
    every = [*(h for h in homes if h.code not in names), *packs]  # homes own their words
    return list(_Check(every, names, known_classes, today or latest_day()).run())


class _Check:
    """One pass over the packs with the tables that every rule looks into."""

    def __init__(
        self, packs: list[Pack], wanted: set[str], known_classes: Mapping[str, object] | None, today: datetime.date
    ) -> None:
        self.packs, self.wanted, self.classes, self.today = packs, wanted, known_classes, today
        self.defined: dict[str, tuple[Pack, Row]] = {}
        self.words: dict[str, str] = {}
        self.names_en: dict[str, str] = {}
        self.inputs: dict[tuple[str, str], tuple[str, Row]] = {}

    def run(self) -> Iterator[Defect]:
        for pack in self.packs:
            for number, row in enumerate(pack.segments, start=2):
                if row["home"]:
                    continue
                owner, _row = self.defined.setdefault(row["code"], (pack, row))
                if owner is not pack and pack.code in self.wanted:  # twice in one pack is told with that pack's rows
                    yield self.at(pack, "segments.csv", number, "code-twice", CODE_TWICE, code=row["code"])
        for pack in self.packs:
            yield from (d for d in self.pack(pack) if pack.code in self.wanted)

    def at(self, pack: Pack, file: str, row: int | None, code: str, message: str, /, **values: object) -> Defect:
        return Defect(pack.code or pack.name, file, row, code, message, values)

    def all_at(self, pack: Pack, file: str, row: int | None, wrong: Iterable[Wrong]) -> Iterator[Defect]:
        for code, message, values in wrong:
            yield self.at(pack, file, row, code, message, **values)

    def limit(self, pack: Pack) -> datetime.date:
        """No row is younger than this day."""
        as_of = pack.head.get("as_of")
        return min(as_of, self.today) if type(as_of) is datetime.date else self.today

    def pack(self, pack: Pack) -> Iterator[Defect]:
        yield from self.head(pack)
        columns = {c.get("code") for c in _tables(pack)}
        sources = {r["id"] for r in pack.sources}
        seen: set[str] = set()
        for number, row in enumerate(pack.segments, start=2):
            if row["code"] in seen:
                yield self.at(pack, "segments.csv", number, "code-twice", CODE_TWICE, code=row["code"])
            seen.add(row["code"])
            if row["column"] not in columns:
                yield self.at(
                    pack,
                    "segments.csv",
                    number,
                    "column-unknown",
                    _("pack.toml has no column %(column)s."),
                    column=row["column"],
                )
            yield from self.all_at(pack, "segments.csv", number, wrong_texts(row))
            if row["home"]:
                yield from self.shared(pack, number, row)
            else:
                yield from self.segment(pack, number, row)
                yield from self.origin(pack, "segments.csv", number, row, sources)
        yield from self.links(pack, seen, sources)
        yield from self.sources(pack)
        yield from self.loose(pack)

    def head(self, pack: Pack) -> Iterator[Defect]:
        yield from self.all_at(pack, "pack.toml", None, wrong_head(pack, self.today))
        yield from self.columns(pack)
        product = pack.head.get("product")
        if product is not None and product not in {r["code"] for r in pack.segments}:
            yield self.at(pack, "pack.toml", None, "segment-unknown", SEGMENT_UNKNOWN, code=product)
        for other in _requires(pack):
            if other not in {p.code for p in self.packs}:
                yield self.at(pack, "pack.toml", None, "pack-missing", _("The required pack %(pack)s is not here."), pack=other)

    def columns(self, pack: Pack) -> Iterator[Defect]:
        seen: set[str] = set()
        for column in _tables(pack):
            code = str(column.get("code") or "")
            if code in seen:
                yield self.at(pack, "pack.toml", None, "column-twice", _("The column %(code)s is given twice."), code=code[:40])
            seen.add(code)
            if code and (code == TOTAL or not CODE.fullmatch(code)):
                yield self.at(
                    pack,
                    "pack.toml",
                    None,
                    "column-code",
                    _("A column's code matches [a-z][a-z0-9-]*, 2 to 30 characters, and is not %(reserved)s: %(code)s."),
                    code=code[:40],
                    reserved=TOTAL,
                )
            if column.get("stage") not in STAGES or not all(column.get(k) for k in ("code", "name_zh", "name_en")):
                values = {"column": column.get("code"), "stages": ", ".join(STAGES)}
                yield self.at(
                    pack,
                    "pack.toml",
                    None,
                    "column-wrong",
                    _("Column %(column)s needs code, both names and a stage of %(stages)s."),
                    **values,
                )

    def shared(self, pack: Pack, number: int, row: Row) -> Iterator[Defect]:
        home = self.defined.get(row["code"])
        if home is None or home[0].code != row["home"] or home[0] is pack:
            values = {"home": row["home"], "code": row["code"]}
            yield self.at(pack, "segments.csv", number, "home-wrong", _("The pack %(home)s does not define %(code)s."), **values)
        if row["home"] not in _requires(pack):
            yield self.at(
                pack,
                "segments.csv",
                number,
                "not-required",
                _("pack.toml does not require %(home)s."),
                home=row["home"],
            )
        for key, cell in row.items():
            if cell and key not in ("code", "home", "column"):
                yield self.at(
                    pack,
                    "segments.csv",
                    number,
                    "shared-not-empty",
                    _("%(key)s is said by the home pack and stays empty here."),
                    key=key,
                )

    def segment(self, pack: Pack, number: int, row: Row) -> Iterator[Defect]:
        def bad(code: str, message: str, /, **values: object) -> Defect:
            return self.at(pack, "segments.csv", number, code, message, **values)

        if not CODE.fullmatch(row["code"]):
            yield bad("code-wrong", _("The code %(code)s must match [a-z][a-z0-9-]*, 2 to 30 characters."), code=row["code"])
        for key in ("name_zh", "name_en", "definition_zh", "definition_en"):
            if not row[key].strip():
                yield bad("cell-missing", _("%(key)s is missing."), key=key)
        if len(row["name_zh"]) > LONGEST_NAME:
            yield bad("name-long", NAME_LONG)
        english = row["name_en"].casefold()
        if self.names_en.setdefault(english, row["code"]) != row["code"]:
            yield bad(
                "name-twice",
                _("%(name)s is also the name of %(other)s."),
                name=row["name_en"],
                other=self.names_en[english],
            )
        yield from self.terms(row, bad)
        yield from (bad(w.code, w.message, **w.values) for w in wrong_definitions(row))
        yield from self.neighbours(row, bad)
        if self.in_circle(row["code"]):
            yield bad("broader-circle", _("The broader segments of %(code)s go in a circle."), code=row["code"])
        for code, part in classes(row["gbt4754"]):
            if part not in ("whole", "part") or not re.fullmatch(r"\d{4}", code):
                yield bad("class-wrong", _("%(cell)s must be four digits and whole or part."), cell=row["gbt4754"])
            elif self.classes is not None and code not in self.classes:
                yield bad("class-unknown", _("The class table has no class %(code)s."), code=code)
        if row["emerging"] not in ("yes", "part", "no"):
            yield bad("flag-wrong", _("emerging must be yes, part or no."))
        if row["commodity"] not in ("yes", "no"):
            yield bad("flag-wrong", _("%(key)s must be yes or no."), key="commodity")

    def neighbours(self, row: Row, bad: Callable[..., Defect]) -> Iterator[Defect]:
        """The broader segment and the excluded ones that are named by their code."""
        excluded = [e for e in items(row["excludes"]) if e.isascii() and CODE.fullmatch(e)]
        for other in [row["broader"], *excluded]:
            if other and other not in self.defined:
                yield bad("segment-unknown", SEGMENT_UNKNOWN, code=other)
        if row["code"] in excluded:
            yield bad("own-neighbour", _("%(code)s is named as its own neighbour."), code=row["code"])

    def terms(self, row: Row, bad: Callable[..., Defect]) -> Iterator[Defect]:
        """Names and aliases: one word, one segment; no alias that an affix, a script or a width makes."""
        aliases = items(row["aliases"])
        shown = [row["name_zh"], *aliases]
        folded = [plain(t) for t in shown]
        for i, word in enumerate(folded):
            if not word:
                yield bad("alias-empty", _("An alias is empty."))
                continue
            owner = self.words.setdefault(word, row["code"])
            if owner != row["code"]:
                yield bad("word-twice", _("%(word)s also stands for %(other)s."), word=shown[i], other=owner)
            for j, other in enumerate(folded):
                if i > 0 and j < i and (word in other or other in word):
                    values = {"alias": shown[i], "other": shown[j]}
                    yield bad(
                        "alias-affix",
                        _("The alias %(alias)s and %(other)s differ by an affix or a script only."),
                        **values,
                    )
        english = plain(row["name_en"])
        if english in folded[1:]:
            yield bad(
                "alias-affix",
                _("The alias %(alias)s and %(other)s differ by an affix or a script only."),
                alias=row["name_en"],
                other=row["name_en"],
            )

    def in_circle(self, code: str) -> bool:
        seen = {code}
        while code in self.defined and (code := self.defined[code][1]["broader"]):
            if code in seen:
                return True
            seen.add(code)
        return False

    def origin(self, pack: Pack, file: str, number: int, row: Row, sources: set[str]) -> Iterator[Defect]:
        if row["source"] != GENERAL and row["source"] not in sources:
            yield self.at(pack, file, number, "source-unknown", _("sources.csv has no row %(source)s."), source=row["source"])
        yield from self.all_at(pack, file, number, wrong_day("date", row["date"], self.limit(pack)))
        confidence = _share(row["confidence"])
        if confidence is None:
            yield self.at(pack, file, number, "confidence-wrong", _("The confidence must be a number from 0 to 1."))
        elif row["source"] == GENERAL and confidence > 0.5:
            yield self.at(pack, file, number, "confidence-high", _("General knowledge has a confidence of at most 0.5."))

    def links(self, pack: Pack, own: set[str], sources: set[str]) -> Iterator[Defect]:
        for number, row in enumerate(pack.inputs, start=2):
            pair = (row["product"], row["input"])
            for code in pair:
                if code not in own:
                    yield self.at(pack, "inputs.csv", number, "segment-unknown", SEGMENT_UNKNOWN, code=code)
            if pair[0] == pair[1]:
                yield self.at(pack, "inputs.csv", number, "own-input", _("%(code)s is its own input."), code=pair[0])
            if row["kind"] not in KINDS:
                values = {"kinds": ", ".join(KINDS)}
                yield self.at(pack, "inputs.csv", number, "flag-wrong", _("kind must be one of %(kinds)s."), **values)
            if row["essential"] not in ("yes", "no"):
                yield self.at(pack, "inputs.csv", number, "flag-wrong", _("%(key)s must be yes or no."), key="essential")
            yield from self.all_at(pack, "inputs.csv", number, wrong_texts(row))
            where, known = self.inputs.setdefault(pair, (pack.code, row))
            here_twice = where == pack.code and known is not row
            if here_twice or (known["kind"], known["essential"]) != (row["kind"], row["essential"]):
                values = {"product": pair[0], "input": pair[1]}
                yield self.at(
                    pack,
                    "inputs.csv",
                    number,
                    "input-twice",
                    _("That %(product)s needs %(input)s is said twice, or otherwise elsewhere."),
                    **values,
                )
            low, high = _share(row["share_low"]), _share(row["share_high"])
            if (row["share_low"] or row["share_high"]) and (low is None or high is None or low > high):
                yield self.at(
                    pack,
                    "inputs.csv",
                    number,
                    "share-wrong",
                    _("The cost share needs two numbers from 0 to 1, the lower first."),
                )
            yield from self.origin(pack, "inputs.csv", number, row, sources)

    def sources(self, pack: Pack) -> Iterator[Defect]:
        seen: set[str] = set()
        for number, row in enumerate(pack.sources, start=2):

            def bad(code: str, message: str, /, _row: int = number, **values: object) -> Defect:
                return self.at(pack, "sources.csv", _row, code, message, **values)

            if not row["id"] or not row["title"] or not (row["url"] or row["reference"]):
                yield bad("source-closed", _("A source needs an id, a title, and an address or a document number."))
            if row["id"] and not SOURCE_ID.fullmatch(row["id"]):
                yield bad("code-wrong", _("The id %(code)s must match [a-z][a-z0-9-]*."), code=row["id"][:40])
            if row["id"] in seen:
                yield bad("code-twice", CODE_TWICE, code=row["id"])
            seen.add(row["id"])
            wrong = [*wrong_texts(row), *wrong_address(row["url"]), *wrong_day("read_on", row["read_on"], self.limit(pack))]
            yield from self.all_at(pack, "sources.csv", number, [*wrong, *wrong_publication(row["published_on"], self.limit(pack))])

    def loose(self, pack: Pack) -> Iterator[Defect]:
        """Segments that no input names, directly or through a broader segment."""
        named = {r[k] for r in pack.inputs for k in ("product", "input")}
        for number, row in enumerate(pack.segments, start=2):
            broader = row["broader"] or (self.defined[row["code"]][1]["broader"] if row["code"] in self.defined else "")
            if row["code"] not in named and broader not in named:
                yield self.at(
                    pack,
                    "segments.csv",
                    number,
                    "segment-loose",
                    _("No input names %(code)s: it hangs loose."),
                    code=row["code"],
                )


def _tables(pack: Pack) -> list[dict[str, object]]:
    """The columns of pack.toml, or none where it holds something else."""
    columns = pack.head.get("columns")
    return [c for c in columns if isinstance(c, dict)] if isinstance(columns, list) else []


def _requires(pack: Pack) -> list[str]:
    """The codes of the packs that pack.toml requires, or none where it holds something else."""
    required = pack.head.get("requires")
    return [code for code in required if isinstance(code, str)] if isinstance(required, list) else []


def _share(cell: str) -> float | None:
    value = float(cell) if SHARE.fullmatch(cell) else -1
    return value if 0 <= value <= 1 else None
