"""How the characters of a name are read, without tones: a homophone is a reason to ask, never a proof."""

from functools import lru_cache


@lru_cache(maxsize=16384)
def readings(character: str) -> frozenset[str]:
    """Every toneless reading of a character; a character without one reads as itself."""
    from pypinyin import Style, pinyin  # its phrases take longer to load than a whole command of the shell does

    return frozenset(pinyin(character, style=Style.NORMAL, heteronym=True)[0]) if character else frozenset()


def read_alike(first: str, second: str) -> bool:
    """Whether two words of the same length can be read alike, character by character."""
    return len(first) == len(second) and all(a == b or bool(readings(a) & readings(b)) for a, b in zip(first, second, strict=True))
