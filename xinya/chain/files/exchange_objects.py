"""A comparison of two zones as other programs read it: the same object from the shell and the API."""

from typing import Any

from xinya.chain.engine.compare import Comparison


def comparison_object(found: Comparison) -> dict[str, Any]:
    """What can be compared, with numbers of makers, and what cannot, with the reason and the differing fields.

    Of makers "*" is hidden, null is not counted.
    """

    return {
        "chain": found.sides[0].chain, "zones": [s.name for s in found.sides], "versions": [s.version for s in found.sides],
        "rows": [
            {"segment": r.segment.code, "name_zh": r.segment.name_zh, "name_en": r.segment.name_en, "hash": r.segment.hash,
             "makers": list(r.makers), "verdicts": list(r.verdicts)} for r in found.rows
        ],
        "unlike": [
            {"segment": u.segment.code, "name_zh": u.segment.name_zh, "name_en": u.segment.name_en, "reason": u.reason,
             "differing": {k: list(v) for k, v in u.differing.items()}} for u in found.unlike
        ],
    }  # fmt: skip
