"""The segments that stand in several chains: one node each, said once, in its home."""

from typing import NamedTuple

from xinya.chain.engine import Atlas

HEADS = {"zh": ("环节", "编码", "归属", "所在的链"), "en": ("segment", "code", "home", "chains")}
TITLES = {"zh": "多条产业链共用的环节", "en": "Segments that several chains share"}
LEADS = {
    "zh": "共{count}个。每个环节只在“归属”一栏的图谱包里定义一次，其他各链引用它；对它的判定也只算一次。",
    "en": "{count} segments. Each is defined once, in the pack under “home”, and listed by the others; its verdict is one.",
}


class Shared(NamedTuple):
    """A shared segment. chains: codes of all packs that list it, its home first."""

    code: str
    name_zh: str
    name_en: str
    home: str
    chains: tuple[str, ...]


def shared_segments(atlas: Atlas) -> list[Shared]:
    """Every segment of at least two chains, those of most chains first, then by code."""
    found = []
    for segment in atlas.segments.values():
        chains = atlas.chains_of.get(segment.code, ())
        if len(chains) > 1:
            ordered = (segment.home, *sorted(c for c in chains if c != segment.home))
            found.append(Shared(segment.code, segment.name_zh, segment.name_en, segment.home, ordered))
    return sorted(found, key=lambda row: (-len(row.chains), row.code))


def shared_table(atlas: Atlas, language: str) -> str:
    """The list as a page of docs, in Markdown."""
    said, found = "zh" if language == "zh" else "en", shared_segments(atlas)
    lines = [f"# {TITLES[said]}", "", LEADS[said].format(count=len(found)), "", f"| {' | '.join(HEADS[said])} |"]
    lines.append("| --- | --- | --- | --- |")
    for row in found:
        name = row.name_zh if said == "zh" else row.name_en
        lines.append(f"| {name} | `{row.code}` | {row.home} | {len(row.chains)}: {', '.join(row.chains)} |")
    return "\n".join([*lines, ""])
