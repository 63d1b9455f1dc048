"""What is wrong with a pack, by file and row: `xinya chain check-pack`. The rules are docs/chain-packs.md."""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from xinya.chain.engine import KINDS, STAGES
from xinya.chain.engine.small_cells import TOTAL
from xinya.kit.text import gettext_noop as _
from xinya.kit.text import plain, say

from .pack import FORMAT, Pack, Row, classes, is_day, items

CODE = re.compile(r"[a-z][a-z0-9-]{1,29}")
GENERAL = "general knowledge"
LONGEST_NAME = 30


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
    packs: Sequence[Pack], *, homes: Iterable[Pack] = (), known_classes: Mapping[str, object] | None = None
) -> list[Defect]:
    """Every defect of `packs`; `homes` are packs that may lend segments; `known_classes` the class table to check against."""
    names = {p.code for p in packs}
    return list(_Check([*(h for h in homes if h.code not in names), *packs], names, known_classes).run())  # homes own their words


class _Check:
    """One pass over the packs with the tables that every rule looks into."""

    def __init__(self, packs: list[Pack], wanted: set[str], known_classes: Mapping[str, object] | None) -> None:
        self.packs, self.wanted, self.classes = packs, wanted, known_classes
        self.defined: dict[str, tuple[Pack, Row]] = {}
        self.words: dict[str, str] = {}
        self.names_en: dict[str, str] = {}
        self.inputs: dict[tuple[str, str], tuple[str, Row]] = {}

    def run(self) -> Iterator[Defect]:
        for pack in self.packs:
            for number, row in enumerate(pack.segments, start=2):
                if not row["home"]:
                    if row["code"] in self.defined:
                        yield self.at(
                            pack,
                            "segments.csv",
                            number,
                            "code-twice",
                            _("The code %(code)s is given twice."),
                            code=row["code"],
                        )
                    self.defined.setdefault(row["code"], (pack, row))
        for pack in self.packs:
            yield from (d for d in self.pack(pack) if pack.code in self.wanted)

    def at(self, pack: Pack, file: str, row: int | None, code: str, message: str, /, **values: object) -> Defect:
        return Defect(pack.code or pack.name, file, row, code, message, values)

    def pack(self, pack: Pack) -> Iterator[Defect]:
        yield from self.head(pack)
        columns = {c.get("code") for c in _tables(pack)}
        sources = {r["id"] for r in pack.sources}
        seen: set[str] = set()
        for number, row in enumerate(pack.segments, start=2):
            if row["code"] in seen:
                yield self.at(pack, "segments.csv", number, "code-twice", _("The code %(code)s is given twice."), code=row["code"])
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
            if row["home"]:
                yield from self.shared(pack, number, row)
            else:
                yield from self.segment(pack, number, row)
                yield from self.origin(pack, "segments.csv", number, row, sources)
        yield from self.links(pack, seen, sources)
        yield from self.sources(pack)
        yield from self.loose(pack)

    def head(self, pack: Pack) -> Iterator[Defect]:
        head = pack.head
        for key in (
            "format",
            "code",
            "version",
            "name_zh",
            "name_en",
            "summary_zh",
            "summary_en",
            "as_of",
            "licence",
            "columns",
        ):
            if not head.get(key):
                yield self.at(pack, "pack.toml", None, "head-missing", _("%(key)s is missing."), key=key)
        if head.get("format") != FORMAT:
            yield self.at(pack, "pack.toml", None, "format-unknown", _("The format must be %(format)s."), format=FORMAT)
        if not CODE.fullmatch(pack.code) or (pack.name and pack.name != pack.code):
            yield self.at(pack, "pack.toml", None, "code-wrong", _("The code %(code)s must be the folder's name."), code=pack.code)
        yield from self.columns(pack)
        product = head.get("product")
        if product is not None and product not in {r["code"] for r in pack.segments}:
            yield self.at(pack, "pack.toml", None, "segment-unknown", _("There is no segment %(code)s."), code=product)
        for other in head.get("requires", []):
            if other not in {p.code for p in self.packs}:
                yield self.at(pack, "pack.toml", None, "pack-missing", _("The required pack %(pack)s is not here."), pack=other)

    def columns(self, pack: Pack) -> Iterator[Defect]:
        for column in _tables(pack):
            code = str(column.get("code") or "")
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
        if row["home"] not in pack.head.get("requires", []):
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
            yield bad("name-long", _("The name is longer than 30 characters."))
        english = row["name_en"].casefold()
        if self.names_en.setdefault(english, row["code"]) != row["code"]:
            yield bad(
                "name-twice",
                _("%(name)s is also the name of %(other)s."),
                name=row["name_en"],
                other=self.names_en[english],
            )
        yield from self.terms(row, bad)
        for other in [row["broader"], *(e for e in items(row["excludes"]) if e.isascii() and CODE.fullmatch(e))]:
            if other and (other not in self.defined or other == row["code"]):
                yield bad("segment-unknown", _("There is no segment %(code)s."), code=other)
        if self.in_circle(row["code"]):
            yield bad("broader-circle", _("The broader segments of %(code)s go in a circle."), code=row["code"])
        for code, part in classes(row["gbt4754"]):
            if part not in ("whole", "part") or not re.fullmatch(r"\d{4}", code):
                yield bad("class-wrong", _("%(cell)s must be four digits and whole or part."), cell=row["gbt4754"])
            elif self.classes is not None and code not in self.classes:
                yield bad("class-unknown", _("The class table has no class %(code)s."), code=code)
        if row["emerging"] not in ("yes", "part", "no") or row["commodity"] not in ("yes", "no"):
            yield bad("flag-wrong", _("emerging must be yes, part or no, and commodity yes or no."))

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
        if not is_day(row["date"]):
            yield self.at(
                pack,
                file,
                number,
                "date-wrong",
                _("%(date)s is not a day written YYYY-MM-DD."),
                date=row["date"] or "–",
            )
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
                    yield self.at(pack, "inputs.csv", number, "segment-unknown", _("There is no segment %(code)s."), code=code)
            if pair[0] == pair[1]:
                yield self.at(pack, "inputs.csv", number, "own-input", _("%(code)s is its own input."), code=pair[0])
            if row["kind"] not in KINDS or row["essential"] not in ("yes", "no"):
                yield self.at(
                    pack,
                    "inputs.csv",
                    number,
                    "flag-wrong",
                    _("kind must be one of %(kinds)s, and essential yes or no."),
                    kinds=", ".join(KINDS),
                )
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
        for number, row in enumerate(pack.sources, start=2):
            if not row["id"] or not row["title"] or not (row["url"] or row["reference"]):
                yield self.at(
                    pack,
                    "sources.csv",
                    number,
                    "source-closed",
                    _("A source needs an id, a title, and an address or a document number."),
                )
            if not is_day(row["read_on"]):
                yield self.at(
                    pack,
                    "sources.csv",
                    number,
                    "date-wrong",
                    _("%(date)s is not a day written YYYY-MM-DD."),
                    date=row["read_on"] or "–",
                )
        for source, count in Counter(r["id"] for r in pack.sources).items():
            if count > 1:
                yield self.at(pack, "sources.csv", None, "code-twice", _("The code %(code)s is given twice."), code=source)

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


def _share(cell: str) -> float | None:
    try:
        value = float(cell)
    except ValueError:
        return None
    return value if 0 <= value <= 1 else None
