"""Unified social credit code (统一社会信用代码, GB 32100-2015) and the organisation code (GB 11714) inside it."""

ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"  # no I, O, Z, S, V
LENGTH = 18
_VALUE = {character: value for value, character in enumerate(ALPHABET)}
_WEIGHTS = tuple(pow(3, place, 31) for place in range(LENGTH - 1))
_INNER_WEIGHTS = (3, 7, 9, 10, 5, 8, 4, 2)
_INNER_LETTERS = {10: "X", 11: "0"}


def has_right_form(code: str) -> bool:
    """18 characters, all of the code's alphabet; says nothing about the check character."""
    return len(code) == LENGTH and all(character in _VALUE for character in code)


def check_character(body: str) -> str:
    """Character 18 for the first 17: c = (31 - sum(a_i * 3^(i-1)) mod 31) mod 31, i = 1..17.

    Raises ValueError if `body` is not 17 characters of the alphabet.
    """
    if len(body) != LENGTH - 1 or any(character not in _VALUE for character in body):
        raise ValueError(f"the body of a credit code has 17 characters of {ALPHABET}, not {body!r}")
    total = sum(_VALUE[character] * weight for character, weight in zip(body, _WEIGHTS, strict=True))
    return ALPHABET[(31 - total % 31) % 31]


def organisation_check_character(body: str) -> str:
    """Character 9 of an organisation code: 11 - sum(a_i * w_i) mod 11, written X for 10 and 0 for 11.

    w = 3 7 9 10 5 8 4 2, digits count as themselves, A = 10 … Z = 35.
    Raises ValueError if `body` is not 8 digits or capital letters.
    """
    if len(body) != 8 or not (body.isascii() and body.isalnum() and body == body.upper()):
        raise ValueError(f"the body of an organisation code has 8 digits or capital letters, not {body!r}")
    check = 11 - sum(int(character, 36) * weight for character, weight in zip(body, _INNER_WEIGHTS, strict=True)) % 11
    return _INNER_LETTERS.get(check, str(check))


def is_credit_code(code: str) -> bool:
    """Right form and right check character: what a register must demand."""
    return has_right_form(code) and check_character(code[:-1]) == code[-1]


def has_right_organisation_code(code: str) -> bool:
    """Characters 9 to 17 pass GB 11714: old codes in use fail it now and then, so this warns and never blocks."""
    return has_right_form(code) and organisation_check_character(code[8:16]) == code[16]
