"""A candidate as other programs read it: the same object from the shell and the API."""

from typing import Any

from xinya.chain.engine import Atlas
from xinya.chain.engine.candidate_words import reason_words
from xinya.chain.engine.candidates import Candidate, Reason


def candidate_object(candidate: Candidate, atlas: Atlas, language: str) -> dict[str, Any]:
    """Codes for programs, sentences in `language` for people."""

    def reason(row: Reason) -> dict[str, Any]:
        words = reason_words(row, language, segment=lambda code: atlas.segments[code].name(language))
        return {"code": row.code, "names": list(row.names), "count": row.count, "words": words}

    return {
        "company": candidate.company, "served": candidate.served, "covers": list(candidate.covers), "suitable": candidate.word,
        "revenue_share": None if candidate.share is None else candidate.share / 10_000, "province": candidate.province or None,
        "far": candidate.is_far,
        "pro": [reason(r) for r in candidate.pro], "con": [reason(r) for r in candidate.con],
    }  # fmt: skip
