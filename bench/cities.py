"""Prefecture-level cities by their short names, and the city that a company's registered name begins with."""

from pathlib import Path

_TEXT = Path(__file__).with_suffix(".txt").read_text("utf-8").partition("\n")[2]
PROVINCES, CITIES = (part.split() for part in _TEXT.split("\n\n"))


def city_of(name: str) -> str | None:
    """The city that a registered name begins with, a province before it passed over; None when it names none."""
    rest = name
    for province in PROVINCES:
        if name.startswith(province) and province not in CITIES:
            rest = name.removeprefix(province).removeprefix("省").removeprefix("壮族自治区").removeprefix("自治区")
            break
    return next((city for city in CITIES if rest.startswith(city)), None)
