"""How wide a name will be in the picture, and how it is broken into lines that fit its box."""

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import pairwise
from math import log
from types import MappingProxyType

# Type sizes in px with the most lines each may take, best first; the last one ends with an ellipsis if it must.
STEPS = ((14.0, 2), (13.0, 2), (13.0, 3), (12.0, 3), (12.0, 4))
LEADING = 1.22
# Widths in em of the widest usual face (Noto Sans), by class; anything else of the Latin block is 0.63.
LATIN_EMS = {
    **dict.fromkeys("ijl.,:;'|!` ", 0.29),
    **dict.fromkeys('ftrI()[]{}-/\\"*', 0.42),
    **dict.fromkeys("cksvxyzeaJLEFTS?+<>=_~0123456789", 0.58),
    **dict.fromkeys("ABCKPRVXYZ$#", 0.67),
    **dict.fromkeys("DGHNOQUw&", 0.8),
    **dict.fromkeys("mMW@%", 0.97),
}
BOLD = 1.08
CLOSING = frozenset("，。、；：？！）》」』】”’·,.;:?!)]}%")
OPENING = frozenset("（《「『【“‘([{")
JOINING = frozenset("与和及或")  # these begin a line rather than end one
UNPRINTABLE = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff\ufffe\uffff]+")
PIECE = re.compile(r"\s+|[^\s]")


@dataclass(frozen=True, slots=True)
class Label:
    """Lines of one name at one type size, in px; `cut`: an ellipsis stands for the rest of it."""

    lines: tuple[str, ...]
    size: float
    bold: bool = False
    cut: bool = False

    @property
    def height(self) -> float:
        return len(self.lines) * self.size * LEADING

    @property
    def width(self) -> float:
        return max((text_width(line, self.size, bold=self.bold) for line in self.lines), default=0.0)


def clean_text(text: str) -> str:
    """The text without characters that XML forbids, blanks collapsed."""
    return " ".join(UNPRINTABLE.sub(" ", text).split())


def is_wide(character: str) -> bool:
    return unicodedata.east_asian_width(character) in "WFA"


def is_latin_letter(character: str) -> bool:
    return character.isalpha() and not is_wide(character)


def text_width(text: str, size: float, *, bold: bool = False) -> float:
    """Estimated width in px, on the wide side: a Han character is one em, Latin goes by classes."""
    ems, before = 0.0, ""
    for character in text:
        wide = is_wide(character)
        if before and wide != is_wide(before) and (character.isalnum() and before.isalnum()):
            ems += 0.125  # browsers part Han and Latin by an eighth of an em
        if ord(character) > 0xFFFF:
            ems += 1.3
        elif wide:
            ems += 1.0
        elif ord(character) < 0x250:
            ems += LATIN_EMS.get(character, 0.63) * (BOLD if bold else 1.02)
        else:
            ems += 1.0
        before = character
    return ems * size


def holds_together(before: str, after: str) -> bool:
    """Whether no line may end between these two characters."""
    if before == " ":
        return False
    return after in CLOSING or not (is_wide(before) or is_wide(after) or before in "-/")


def pieces_of(text: str) -> list[str]:
    """The parts between which a line may end: Latin words (also after - and /), Han with their punctuation."""
    pieces: list[str] = []
    glue = False
    for match in PIECE.finditer(text):
        part = match.group()
        if part.isspace():
            if pieces:
                pieces[-1] += " "
            glue = False
            continue
        last = pieces[-1] if pieces else ""
        if glue or (last and holds_together(last[-1], part)):
            pieces[-1] += part
        else:
            pieces.append(part)
        glue = part in OPENING
    return pieces


def cut_piece(piece: str, room: float, size: float, bold: bool) -> list[str]:
    """Parts of a piece that is wider than a line; a Latin word is cut with a hyphen."""
    parts: list[str] = []
    word = piece.rstrip()
    current, hyphen = "", ""
    for character, following in pairwise(word + " "):
        after = "-" if is_latin_letter(character) and is_latin_letter(following) else ""
        if current and text_width(current + character + after, size, bold=bold) > room:
            parts.append(current + hyphen)
            current = ""
        current, hyphen = current + character, after
    return [*parts, current + piece[len(word) :]]


def break_lines(text: str, room: float, size: float, *, bold: bool = False) -> tuple[list[str], bool]:
    """Lines no wider than `room` px, and whether a piece wider than a line had to be cut between characters."""
    lines: list[str] = []
    current, cut = "", False
    for piece in pieces_of(text):
        if text_width((current + piece).rstrip(), size, bold=bold) <= room:
            current += piece
            continue
        if current:
            lines.append(current.rstrip())
            current = ""
        if text_width(piece.rstrip(), size, bold=bold) <= room:
            current = piece
            continue
        cut = True
        *full, current = cut_piece(piece, room, size, bold)
        lines += full
    if current.strip() or not lines:
        lines.append(current.rstrip())
    return lines, cut


def balance(text: str, lines: list[str], room: float, size: float, bold: bool) -> list[str]:
    """The same number of lines at the smallest room, so that no last line holds one lonely character."""
    best, width = lines, room
    while len(lines) > 1 and width > room / 2:
        width -= size / 4
        narrower, cut = break_lines(text, width, size, bold=bold)
        if cut or len(narrower) != len(lines):
            break
        best = narrower
    return best


def count_pairs(texts: Iterable[str]) -> Mapping[str, int]:
    """How often each two characters stand side by side in names of the trade: what is frequent is one word."""
    return Counter(before + after for text in texts for before, after in pairwise(text) if is_wide(before) and is_wide(after))


def seam_score(name: str, at: int, pairs: Mapping[str, int]) -> float:
    """How well a name can be parted before character `at`: words on both sides, none across, halves of like length."""
    if name[at - 1] in CLOSING:
        return 10.0 - abs(2 * at - len(name)) / 4
    sides = log((1 + pairs.get(name[at - 2 : at], 0)) * (1 + pairs.get(name[at : at + 2], 0)))
    across = 2 * log(1 + pairs.get(name[at - 1 : at + 1], 0))
    return sides - across - abs(2 * at - len(name)) / 4


def part_at_seam(label: Label, name: str, room: float, pairs: Mapping[str, int]) -> Label:
    """Two lines of Chinese parted between words as far as `pairs` knows them; any other label as it is."""
    if len(label.lines) != 2 or not pairs or not all(map(is_wide, name)):
        return label
    fitting = [
        at
        for at in range(2, len(name) - 1)
        if name[at] not in CLOSING
        and name[at - 1] not in OPENING | JOINING
        and max(text_width(part, label.size, bold=label.bold) for part in (name[:at], name[at:])) <= room
    ]
    if not fitting:
        return label
    at = max(fitting, key=lambda place: seam_score(name, place, pairs))
    return Label((name[:at], name[at:]), label.size, label.bold)


def fit_label(
    text: str,
    room: float,
    *,
    bold: bool = False,
    steps: tuple[tuple[float, int], ...] = STEPS,
    pairs: Mapping[str, int] = MappingProxyType({}),
) -> Label:
    """The name in the largest type whose lines fit `room` px, whole words first; past the last step, an ellipsis.

    pairs: as `count_pairs` counts them; with them two lines of Chinese part between words.
    """
    name = clean_text(text)
    for may_cut in (False, True):
        for size, most in steps:
            lines, cut = break_lines(name, room, size, bold=bold)
            if len(lines) <= most and (may_cut or not cut):
                label = Label(tuple(balance(name, lines, room, size, bold)), size, bold)
                return part_at_seam(label, name, room, pairs)
    size, most = steps[-1]
    shown = break_lines(name, room, size, bold=bold)[0][:most]
    last = shown[-1]
    while last and text_width(last + "…", size, bold=bold) > room:
        last = last[:-1]
    return Label((*shown[:-1], last.rstrip() + "…"), size, bold, cut=True)
