"""Search behind the gate: tantivy over rjieba words against SQLite FTS5 over the same words, on a made-up corpus."""

import random
import sqlite3
import tempfile
from collections.abc import Iterator, Sequence
from importlib.metadata import version
from pathlib import Path

from bench.clock import best
from xinya.chain.files import shipped_atlas
from xinya.kit.search_index import IndexFolder, identity
from xinya.kit.search_kinds import SearchDocument
from xinya.kit.search_query import Question

RECORDS, ZONES, MINE, TOP = 50_000, 50, 5, 10
QUERIES = ("钛合金锻件", "复合材料", "燃气轮机叶片", "titanium forging", "無損檢測", "热处理", "轴承钢", "精密铸件")
Row = tuple[str, str, str, tuple[str, ...]]


def made_up(records: int = RECORDS, seed: int = 0) -> list[Row]:
    """(key, zone, name, products): companies whose products are names and aliases of the packs' segments, drawn at random."""
    draw = random.Random(seed)
    segments = sorted(shipped_atlas().segments.values(), key=lambda s: s.code)
    words = [word for s in segments for word in (s.name_zh, s.name_en, *s.aliases)]
    return [
        (
            str(n),
            f"zone:{draw.randrange(ZONES)}",
            f"{draw.choice(words)[:12]}第{n}厂",
            tuple(draw.choices(words, k=draw.randint(1, 4))),
        )
        for n in range(records)
    ]


def ours(rows: Sequence[Row], folder: Path) -> IndexFolder:
    made = IndexFolder.create(folder, (), {})
    with made.writer() as writer:
        for key, zone, name, products in rows:
            made.put(writer, "company", [SearchDocument(key=key, scopes=frozenset({zone}), names=(name,), text=products)])
        writer.commit()
    return made


def theirs(rows: Sequence[Row], folder: IndexFolder, file: Path) -> sqlite3.Connection:
    """The same words of the same records in FTS5, with full detail (without it the ranking is wrong)."""
    database, cut = sqlite3.connect(file), folder.cutter
    database.execute("CREATE VIRTUAL TABLE entry USING fts5(key UNINDEXED, zone UNINDEXED, names, said, tokenize='unicode61')")
    database.executemany(
        "INSERT INTO entry VALUES (?, ?, ?, ?)",
        (
            (key, zone, " ".join(cut.for_index(name)), " ".join(w for p in products for w in cut.for_index(p)))
            for key, zone, name, products in rows
        ),
    )
    database.commit()
    return database


def peer_best(database: sqlite3.Connection, words: Sequence[str], zones: Sequence[str], limit: int) -> tuple[list[str], int]:
    """The best, and the number of all: any of the words, in these zones, by FTS5's own bm25 with our weights of the fields."""
    match = " OR ".join(f'"{word}"' for word in words)
    places = ", ".join("?" * len(zones))
    where = f"FROM entry WHERE entry MATCH ? AND zone IN ({places})"
    found = database.execute(f"SELECT key {where} ORDER BY bm25(entry, 0, 0, 2, 1) LIMIT ?", (match, *zones, limit))
    count = database.execute(f"SELECT count(*) {where}", (match, *zones)).fetchone()[0]
    return [identity("company", row[0]) for row in found], count


def run() -> Iterator[str]:
    """Building, then asking: top ten and the number of matches within five of fifty zones, all queries once."""
    rows, zones = made_up(), [f"zone:{n}" for n in range(MINE)]
    by_identity = {identity("company", row[0]): row for row in rows}
    with tempfile.TemporaryDirectory() as place:
        building, folder = best(lambda: ours(rows, Path(place, "ours")), 1)
        peer_building, database = best(lambda: theirs(rows, folder, Path(place, "theirs.sqlite3")), 1)
        sizes = [sum(f.stat().st_size for f in Path(place).glob(pattern)) / 1e6 for pattern in ("ours/*", "theirs.sqlite3")]
        yield (
            f"search index, {RECORDS} companies: ours {building:.1f} s and {sizes[0]:.1f} MB (tantivy {version('tantivy')}, rjieba "
            f"{version('rjieba')}), FTS5 of SQLite {sqlite3.sqlite_version} {peer_building:.1f} s and {sizes[1]:.1f} MB, same words"
        )
        cut = folder.cutter

        def ask(text: str, limit: int) -> tuple[list[str], int, list[str]]:
            question = Question(folder, folder.searcher(), text, {"company": zones})
            return list(question.best(["company"], 0, limit)), question.count(["company"]), question.words

        def held(one: str, words: Sequence[str]) -> int:
            _key, _zone, name, products = by_identity[one]
            return len({w for text in (name, *products) for w in cut.for_index(text)} & set(words))

        words = {text: ask(text, 1)[2] for text in QUERIES}
        mine, found = best(lambda: [ask(text, TOP) for text in QUERIES])
        peer, other = best(lambda: [peer_best(database, words[text], zones, TOP) for text in QUERIES])
        same = [a[1] for a in found] == [b[1] for b in other]
        for text in QUERIES:
            everything = set(ask(text, RECORDS)[0]) == set(peer_best(database, words[text], zones, RECORDS)[0])
            tops = [held(hits[0], words[text]) for hits in (ask(text, 1)[0], peer_best(database, words[text], zones, 1)[0])]
            same = same and everything and tops[0] >= tops[1]
        database.close()
        yield (
            f"search, {len(QUERIES)} queries within {MINE} of {ZONES} zones, top {TOP} and number of matches: ours "
            f"{mine * 1e3 / len(QUERIES):.2f} ms each (words weighed within the gate), FTS5 {peer * 1e3 / len(QUERIES):.2f} ms, "
            f"ratio {peer / mine:.1f}; " + ("same matches, the top hit holds no fewer words" if same else "RESULTS DIFFERS")
        )
