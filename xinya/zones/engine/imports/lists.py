"""Lists inside one cell: at 、 ; ； / and line breaks; at commas only where nothing else parts the items, never inside brackets."""

from xinya.zones.engine.values import split_list

_COMMAS = frozenset(",，")
_STEPS = {"(": 1, "（": 1, "[": 1, "【": 1, ")": -1, "）": -1, "]": -1, "】": -1}


def split_items(text: str) -> tuple[str, ...]:
    """The items in order, stripped, each once."""
    items = split_list(text)
    return items if len(items) != 1 else _at_commas(items[0])


def _at_commas(text: str) -> tuple[str, ...]:
    pieces, begin, depth = [], 0, 0
    for place, character in enumerate(text):
        depth = max(0, depth + _STEPS.get(character, 0))
        if character in _COMMAS and depth == 0 and not _groups_digits(text, place):
            pieces.append(text[begin:place])
            begin = place + 1
    pieces.append(text[begin:])
    return tuple(dict.fromkeys(piece.strip() for piece in pieces if piece.strip()))


def _groups_digits(text: str, place: int) -> bool:
    """A comma between digits belongs to the number (1,200)."""
    around = text[place - 1 : place] + text[place + 1 : place + 2]
    return len(around) == 2 and around.isdigit()
