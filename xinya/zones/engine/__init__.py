"""Numbers and codes of a zone: no Django, no clock, no file, no network."""

from xinya.zones.engine.credit_code import check_character, has_right_organisation_code, is_credit_code

__all__ = ["check_character", "has_right_organisation_code", "is_credit_code"]
