"""Codes of industries (GB/T 4754-2017) as people write them: with or without the letter of the section."""

import re

SECTIONS = {
    "A": (1, 5), "B": (6, 12), "C": (13, 43), "D": (44, 46), "E": (47, 50), "F": (51, 52), "G": (53, 60), "H": (61, 62),
    "I": (63, 65), "J": (66, 69), "K": (70, 70), "L": (71, 72), "M": (73, 75), "N": (76, 79), "O": (80, 82), "P": (83, 83),
    "Q": (84, 85), "R": (86, 90), "S": (91, 96), "T": (97, 97),
}  # fmt: skip
_WRITTEN = re.compile(r"([A-Ta-t]?)([0-9]{2,4})")


def industry_code(text: str) -> str | None:
    """The two to four digits of a division, group or class; None for what is no code, or has the letter of another section."""
    code = _WRITTEN.match(text.replace(" ", ""))
    if code is None or text.replace(" ", "")[code.end() : code.end() + 1].isdigit():
        return None
    first, last = SECTIONS.get(code[1].upper(), (1, 97))
    return code[2] if first <= int(code[2][:2]) <= last else None


def only_code(text: str) -> str | None:
    """The same of a text that holds nothing else."""
    return industry_code(text) if _WRITTEN.fullmatch(text.replace(" ", "")) else None
