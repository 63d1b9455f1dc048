"""Where a place has a list of what it could grow next, and where too little is known for one. Pure."""

from .whole import NOT_IDENTIFIED, Complexity

FEWEST_LOCATIONS, FEWEST_PRODUCTS, FEWEST_PRESENT = 20, 20, 3
FEW_LOCATIONS, FEW_PRODUCTS, FEW_PRESENT, NO_ECI = "few-locations", "few-industries", "few-present", "not-identified"


def too_few(locations: int, products: int) -> str:
    """Why a table of so many places and industries gives no list, "" where it may."""
    if locations < FEWEST_LOCATIONS:
        return FEW_LOCATIONS
    return FEW_PRODUCTS if products < FEWEST_PRODUCTS else ""


def too_little_here(found: Complexity | None, location: int | None) -> str:
    """Why a place of the table has no list, "" where it has one. found: computed by component, else there is none."""
    if found is None or location is None or found.parts is None or found.diversity[location] < FEWEST_PRESENT:
        return FEW_PRESENT
    part = found.parts[0][location]
    sizes = [int((of == part).sum()) for of in found.parts]
    is_known = found.part_flags is not None and NOT_IDENTIFIED not in found.part_flags[part]
    return "" if is_known and sizes[0] >= FEWEST_LOCATIONS and sizes[1] >= FEWEST_PRODUCTS else NO_ECI
