"""What the fund's engines refuse: one exception, the stable codes of fund.md section 9, one sentence for each."""

from xinya.kit.refusals import Refused
from xinya.kit.text import gettext_noop as _

SENTENCES: dict[str, str] = {
    "AMOUNT_NOT_POSITIVE": _("%(where)s must be an amount above 0; %(value)s is not."),
    "AMOUNT_NOT_INTEGER": _("%(where)s must be a whole number of fen; %(value)s is not."),
    "AMOUNT_TOO_LARGE": _("%(where)s is above 10^15 fen: %(value)s."),
    "SHARES_NOT_INTEGER": _("%(where)s must be a whole number of units; %(value)s is not."),
    "SHARES_TOO_LARGE": _("%(where)s is above 10^15 units: %(value)s."),
    "EMPTY_CAP_TABLE": _("The company has no units before the round: %(where)s is empty."),
    "PRE_MONEY_TOO_SMALL": _("The pre-money value of %(value)s fen does not even cover what is to be counted inside it."),
    "DISCOUNT_OUT_OF_RANGE": _("%(where)s must be a decimal string from 0 to below 1, such as 0.2 for 20%%; %(value)s is not."),
    "CAP_BELOW_FLOOR": _("%(where)s: the cap %(value)s is below the floor %(floor)s."),
    "POOL_TARGET_OUT_OF_RANGE": _("%(where)s must be a decimal string from 0 to below 1; %(value)s is not."),
    "CEILING_OUT_OF_RANGE": _("%(where)s must be a decimal string between 0 and 1; %(value)s is not."),
    "SHARE_OUT_OF_RANGE": _("%(where)s must be a decimal string from 0 to 1; %(value)s is not."),
    "RATE_OUT_OF_RANGE": _("%(where)s must be a yearly rate as a decimal string, such as 0.035 for 3.5%%; %(value)s is not."),
    "NUMBER_NOT_EXACT": _("%(where)s must be a number as a decimal string; %(value)s is not."),
    "SAFES_PROMISE_TOO_MUCH": _("The post-money SAFEs on their caps promise %(value)s of the company; it must be below 1."),
    "SAFE_CHOICE_UNSTABLE": _("No choice between cap and discount suits every post-money SAFE."),
    "DUPLICATE_ID": _("%(where)s: %(value)s is there twice."),
    "UNKNOWN_BASIS": _("%(where)s: %(value)s is not known; known are %(known)s."),
    "UNKNOWN_KIND": _("%(where)s: %(value)s is not known; known are %(known)s."),
    "TWO_LIMITED_HOLDERS": _("Grants with limits belong to two groups, %(value)s and %(other)s; limits are solved for one."),
    "DATES_REVERSED": _("%(where)s: %(value)s lies before %(earlier)s."),
    "DATE_WRONG": _("%(where)s: %(value)s is not a day written YYYY-MM-DD."),
    "RATE_TABLE_GAP": _("The rate table has no rate for %(value)s; its first day is %(first)s."),
    "MORE_THAN_HELD": _("%(where)s: %(value)s units are more than the %(held)s held."),
    "MORE_THAN_OUTSTANDING": _("%(where)s: %(value)s fen are more than the %(held)s outstanding."),
    "DUE_DILIGENCE_MISSING": _("A write-off needs finished due diligence and the special audit."),
    "MISUSE_NOT_EXEMPT": _("Misuse was found: the claim stays open as a receivable and nobody is exempt from liability."),
    "XIRR_UNDEFINED": _("The yearly return is not defined."),
    "POOL_EXHAUSTED": _("%(where)s: %(value)s fen are more than the %(held)s free in the pool."),
    "TRANCHES_DO_NOT_SUM": _("%(where)s: the tranches come to %(value)s fen, not to %(held)s."),
    "NOT_TRIGGERED": _("No round has met the rule yet; unrelated new money in the window is %(value)s fen."),
    "ALREADY_CONVERTED": _("%(where)s: nothing of the grant %(value)s is left to convert."),
    "PROBABILITIES_DO_NOT_SUM": _("%(where)s come to %(value)s, not to 1."),
    "STALE_STREAM": _("The stream has gone on to number %(value)s; the command was made at %(held)s."),
    "IDEMPOTENCY_CONFLICT": _("The key %(value)s was used before with other contents."),
    "REVERSAL_BLOCKED": _("Event %(value)s cannot be reversed: later ones stand on it: %(later)s."),
    "TRANCHE_AFTER_TRIGGER": _(
        "%(where)s: a round has set the price of the grant %(value)s already; only a tranche that the decision names is paid now "
        "(named_by_decision)."
    ),
    "EXTENSION_USED_UP": _("%(where)s: the term was extended %(value)s times already; the contract allows %(most)s."),
    "SEQUENCE_BROKEN": _("Event %(value)s does not follow on %(held)s."),
    "HASH_BROKEN": _("Event %(value)s does not carry the hash of what stands before it."),
    "POSTINGS_DIFFER": _("Event %(value)s: the postings given are not those of its type: %(account)s."),
    "FIELD_MISSING": _("%(where)s is missing."),
    "FIELD_WRONG": _("%(where)s: %(value)s cannot be read here."),
    "TOO_MANY_RUNS": _("%(where)s: from 1 to %(most)s; %(value)s is not."),
    "TOO_MANY_LINES": _("%(where)s has %(value)s lines; at most %(most)s are computed."),
}
ANOTHER_REVERSAL = _("Event %(value)s was reversed already, by event %(by)s.")
REVERSAL_STAYS = _("Event %(value)s is itself a reversal and is not reversed; record what is right as a new event.")
MONEY_IS_NEEDED = _("Event %(value)s cannot be reversed: its money is used by later events: %(later)s.")
UNKNOWN_GRANT = _("%(where)s: there is no approved grant %(value)s.")
UNKNOWN_TRANCHE = _("%(where)s: the grant %(grant)s has no tranche %(value)s.")
OTHER_COMPANY = _("%(where)s: the grant %(grant)s is approved for %(held)s, not for %(value)s.")
POOL_S_NAME = _("%(where)s: %(value)s is the name of the unallocated pool's own row; give the holder another name.")
HASH_STRIPPED = _("Event %(value)s has no hash, but others of the list have one: either all carry theirs or none.")
"""Sentences of their own for a code above, where the reader must know more."""


class BadInput(Refused, ValueError):
    """A refusal of the fund's engines. `code` is one of `SENTENCES`; nothing was stored."""


def refuse(code: str, sentence: str | None = None, /, **values: object) -> BadInput:
    """The refusal with its sentence filled; raise what comes back. Long values are shortened, half characters spelt out.

    sentence: where the code has another wording than that of `SENTENCES`.
    """
    refused = BadInput(code, SENTENCES[code] if sentence is None else sentence)
    refused.values.update((name, _short(value)) for name, value in values.items())
    return refused


def _short(value: object) -> object:
    try:
        text = str(value)
    except (ValueError, RecursionError):  # more digits, or more lists in lists, than Python writes out
        text = f"({type(value).__name__})"
    if isinstance(value, int) and not isinstance(value, bool) and len(text) <= 120:
        return value
    text = text.encode("utf-8", "backslashreplace").decode()
    return text if len(text) <= 120 else f"{text[:117]}..."
