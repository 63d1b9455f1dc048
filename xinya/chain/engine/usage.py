"""Words of Taiwan put into the words of the mainland: 光罩 is 光掩模版, 記憶體 is 存储芯片. Pure.

Characters are folded elsewhere (kit.text); what differs here is the term. Mainland texts use some of these words for other
things (晶粒 is a grain of metal), so a word is put over only when it finds nothing as it is written.
"""

import re
from collections.abc import Iterable

from xinya.kit.text import plain

MOST_READINGS = 8


class Usage:
    """rows: (word of Taiwan, word of the mainland; several apart by `;`). Cost of `readings`: length of the text."""

    def __init__(self, rows: Iterable[tuple[str, str]] = ()) -> None:
        self.rows = {plain(there): tuple(here.split(";")) for there, here in rows}
        longest_first = sorted(self.rows, key=lambda word: (-len(word), word))
        self.pattern = re.compile("|".join(map(re.escape, longest_first))) if longest_first else None

    def readings(self, word: str) -> tuple[str, ...]:
        """What the word says in mainland terms, leftmost and longest first, each put over once; none without such a term.

        Of many readings only the first MOST_READINGS are given: a text of a hundred ambiguous words means nothing.
        """
        text = plain(word)
        if self.pattern is None or self.pattern.search(text) is None:
            return ()
        found, at = [""], 0
        for hit in self.pattern.finditer(text):
            found = [done + text[at : hit.start()] + here for done in found for here in self.rows[hit.group()]][:MOST_READINGS]
            at = hit.end()
        return tuple(dict.fromkeys(done + text[at:] for done in found))
