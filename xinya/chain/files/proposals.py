"""Proposals of missing inputs as a file: printed by the shell, brought to a zone's queue, and back, the same."""

import json
from collections.abc import Iterable
from typing import Any

from xinya.chain.engine.proposals import Evidence, Proposal
from xinya.kit.refusals import Refused
from xinya.kit.text import gettext_noop as _

FORMAT = "xinya-proposals/1"
LARGEST, MOST = 5_000_000, 5000
UNREADABLE = _("The file holds no proposals as `xinya chain propose-inputs --json` prints them: %(reason)s.")


def proposals_document(rows: Iterable[Proposal]) -> dict[str, Any]:
    """All proposals for other programs."""
    return {"format": FORMAT, "proposals": [proposal_object(p) for p in rows]}


def proposal_object(p: Proposal) -> dict[str, Any]:
    """One proposal with its evidence, one entry an independent origin."""
    return {
        "product": p.product, "input": p.input, "text": p.text, "origins": p.origins, "edges": p.edges, "companies": p.companies,
        "evidence": [evidence_object(e) for e in p.evidence],
    }  # fmt: skip


def evidence_object(e: Evidence) -> dict[str, Any]:
    return {"origin": e.origin, "edges": e.edges, "companies": e.companies, "examples": list(e.examples)}


def read_proposals(content: bytes) -> list[Proposal]:
    """The proposals of a file. Raises Refused too-large, proposals-unreadable."""
    if len(content) > LARGEST:
        raise Refused("too-large", _("The file has more than %(limit_mb)s MB."), status=413, limit_mb=LARGEST // 1_000_000)
    try:
        document = json.loads(content.decode("utf-8-sig"))
        rows = document["proposals"]
        if document["format"] != FORMAT or not isinstance(rows, list) or len(rows) > MOST:
            raise ValueError(f"format {FORMAT}, at most {MOST}")
        return [_proposal(row) for row in rows]
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as wrong:
        reason = str(wrong)[:100] or type(wrong).__name__
        raise Refused("proposals-unreadable", UNREADABLE, reason=reason) from wrong


def _proposal(row: dict[str, Any]) -> Proposal:
    evidence = tuple(
        Evidence(
            _text(e["origin"], 100), _count(e["edges"]), _count(e["companies"]), tuple(_text(x, 200) for x in e["examples"][:5])
        )
        for e in row["evidence"][:50]
    )
    if not evidence or not (row["input"] or row["text"]):
        raise ValueError("a proposal without evidence or without an input")
    return Proposal(_text(row["product"], 30), _text(row["input"], 30), _text(row["text"], 200), evidence, _count(row["companies"]))


def _text(value: object, longest: int) -> str:
    if not isinstance(value, str) or len(value) > longest or not value.isprintable():
        raise ValueError(f"no text of at most {longest} characters")
    return value


def _count(value: object) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value < 10**6:
        raise ValueError("no count")
    return value
