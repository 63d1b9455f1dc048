"""Options of the command line that are judged before anything is read or computed."""

from xinya.kit.refusals import Refused
from xinya.kit.text import gettext_noop as _

TOO_SMALL = _("%(option)s must be at least %(least)s, not %(given)s.")


def at_least(option: str, given: int | None, least: int) -> None:
    """Raises Refused option-wrong for a number below `least`; an option that was left out is as good as any."""
    if given is not None and given < least:
        raise Refused("option-wrong", TOO_SMALL, option=option, least=least, given=given)
