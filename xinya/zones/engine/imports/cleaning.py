"""Widths, odd blanks, line breaks and apostrophes of a cell's text: what is put right by rule, and under which code.

Not NFKC, which would make 1 of ①, m2 of ㎡ and III of Ⅲ: a table of our own (FF01-FF5E, U+3000).
"""

import re

FULL = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)} | {0x3000: 0x20}
FULL_WORDS = {code: narrow for code, narrow in FULL.items() if chr(narrow).isalnum()}
_BREAK = re.compile(r"[ \t]*(?:\r\n|[\r\n\v\f\x85\u2028\u2029])[ \t]*")
_ODD = re.compile("[\u00a0\u1680\u2000-\u200f\u202f\u205f\u2060\u3000\ufeff\u00ad\t]")
_INVISIBLE = re.compile("[\u200b-\u200f\u2060\ufeff\u00ad]")
_UNWRITABLE = re.compile("[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff\ufffe\uffff]")
_HAN = "\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff（）、，。；：《》“”"
_BETWEEN_HAN = re.compile(f"(?<=[{_HAN}]) +(?=[{_HAN}])")
_RUN = re.compile(" {2,}")
_MARKS = "\\s\x00-\x1f\x7f-\xa0\xad\u1680\u2000-\u200f\u2028\u2029\u202f\u205f\u2060\u3000\ufeff\ufffe\uffff\ud800-\udfff"
_SUSPECT = re.compile(f"[{_MARKS}０-９Ａ-Ｚａ-ｚ]")
_SUSPECT_WORD = re.compile(f"[{_MARKS}\uff01-\uff5e]")

LOST = "\ufffd"


def narrow(text: str) -> str:
    """Everything in half width, for codes, numbers and dates."""
    return text.translate(FULL)


def squeezed(text: str) -> str:
    """Half width without any blank, for comparing short words."""
    return re.sub(r"\s+", "", _INVISIBLE.sub("", narrow(text)))


def cleaned(text: str, *, is_word: bool, keeps_lines: bool = False) -> tuple[str, list[str]]:
    """The text without stray marks, and the codes of what was done to it, in the order of doing.

    is_word: a code, number or date, where width never carries meaning and blanks go; else only letters and digits narrow.
    """
    if (_SUSPECT_WORD if is_word else _SUSPECT).search(text) is None:
        return text, []
    codes: list[str] = []
    if not keeps_lines and _BREAK.search(text.strip("\r\n\v\f\x85\u2028\u2029 \t")):
        codes.append("LINE_BREAK")
    whole = text
    if not keeps_lines:
        whole = _BREAK.sub(lambda found: _joint(found, whole, is_word), text.strip("\r\n\v\f\x85\u2028\u2029"))
    whole = _UNWRITABLE.sub("", whole)
    plain = _ODD.sub(" ", _INVISIBLE.sub("", whole))
    plain = plain.strip(" ") if keeps_lines else plain.strip()
    plain = _BETWEEN_HAN.sub("", _RUN.sub(" ", plain))
    if is_word:
        plain = plain.replace(" ", "") if plain.replace(" ", "").isascii() else plain
    if plain != whole:
        codes.append("SPACE_ODD")
    narrowed = plain.translate(FULL if is_word else FULL_WORDS)
    if narrowed != plain:
        codes.append("FULLWIDTH")
    return narrowed, codes


def _joint(found: re.Match[str], whole: str, is_word: bool) -> str:
    """Between Chinese characters, or inside a code, a line break is nothing; elsewhere it is a blank."""
    before, after = whole[: found.start()][-1:], whole[found.end() :][:1]
    is_han = re.match(f"[{_HAN}]", before) is not None or re.match(f"[{_HAN}]", after) is not None
    return "" if is_word or is_han else " "
