"""Lists inside one cell: split at 、 ; ； / and line breaks, never inside brackets."""

from itertools import accumulate

_PARTS = frozenset("、;；/／\n\r\v\f\x85\u2028\u2029")
_COMMAS = frozenset(",，")
_OPENING = {"(": "(", "（": "(", "[": "[", "【": "[", "［": "["}
_CLOSING = {")": "(", "）": "(", "]": "[", "】": "[", "］": "["}


def split_items(text: str) -> tuple[str, ...]:
    """The items in order, stripped, each once. Commas part items only where nothing else does."""
    inside = _inside_brackets(text)
    strong = any(character in _PARTS and not inside[place] and not _joins(text, place) for place, character in enumerate(text))
    marks = _PARTS if strong else _COMMAS
    pieces, begin = [], 0
    for place, character in enumerate(text):
        if character in marks and not inside[place] and not _joins(text, place):
            pieces.append(text[begin:place])
            begin = place + 1
    pieces.append(text[begin:])
    return tuple(dict.fromkeys(piece.strip() for piece in pieces if piece.strip()))


def _joins(text: str, place: int) -> bool:
    """A slash between Latin letters or digits (CAD/CAM) and a comma between digits (1,200) belong to the word."""
    around = text[place - 1 : place] + text[place + 1 : place + 2]
    if text[place] == ",":
        return len(around) == 2 and around.isdigit()
    return text[place] in "/／" and len(around) == 2 and around.isascii() and around.isalnum()


def _inside_brackets(text: str) -> list[bool]:
    """True for each place inside a closed pair; ( and （ are one kind; a bracket without partner is a plain sign."""
    steps = [0] * (len(text) + 1)
    waiting: list[tuple[str, int]] = []
    open_by_kind = {"(": 0, "[": 0}
    for place, character in enumerate(text):
        if character in _OPENING:
            waiting.append((_OPENING[character], place))
            open_by_kind[_OPENING[character]] += 1
        elif character in _CLOSING and open_by_kind[_CLOSING[character]]:
            kind = ""
            while kind != _CLOSING[character]:
                kind, begin = waiting.pop()
                open_by_kind[kind] -= 1
            steps[begin] += 1
            steps[place] -= 1
    return [depth > 0 for depth in accumulate(steps)]
