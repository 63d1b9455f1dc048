"""Proposals of missing inputs as a file: printed by the shell, brought to a zone's queue, and back, the same."""

import json
from collections.abc import Iterable
from typing import Any

from xinya.chain.engine.proposals import EXAMPLES, Evidence, Proposal
from xinya.kit.refusals import Refused
from xinya.kit.text import gettext_noop as _
from xinya.kit.text import one_line

FORMAT = "xinya-proposals/1"
LARGEST, MOST = 5_000_000, 5000
MOST_EVIDENCE, LONGEST_TEXT, LONGEST_ORIGIN = 50, 200, 120
ROOM = 100
"""What indentation and commas of one entry may take in a file."""
UNREADABLE = _("The file holds no proposals as `xinya chain propose-inputs --json` prints them: %(reason)s.")


def proposals_document(rows: Iterable[Proposal]) -> dict[str, Any]:
    """Proposals for other programs, best first, as many as a queue takes from one file; left_out: how many more there were."""
    made = [one for p in rows if (one := proposal_object(p))["evidence"] and (one["input"] or one["text"])]
    kept, size = [], 0
    for one in made[:MOST]:
        text = json.dumps(one, ensure_ascii=False, indent=3)
        size += len(text.encode("utf-8", "replace")) + 2 * text.count("\n") + ROOM
        if size > LARGEST - ROOM:
            break
        kept.append(one)
    return {"format": FORMAT, "left_out": len(made) - len(kept), "proposals": kept}


def proposal_object(p: Proposal) -> dict[str, Any]:
    """One proposal with its evidence, one entry an independent origin."""
    return {
        "product": p.product, "input": p.input, "text": one_line(p.text, LONGEST_TEXT), "origins": p.origins, "edges": p.edges,
        "companies": p.companies, "evidence": [evidence_object(e) for e in p.evidence[:MOST_EVIDENCE]],
    }  # fmt: skip


def evidence_object(e: Evidence) -> dict[str, Any]:
    """What one origin says, cut to what a queue takes: names and examples come from anywhere and may be of any length."""
    examples = [one_line(example, LONGEST_TEXT) for example in e.examples[:EXAMPLES]]
    return {"origin": one_line(e.origin, LONGEST_ORIGIN), "edges": e.edges, "companies": e.companies, "examples": examples}


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
            _text(e["origin"], LONGEST_ORIGIN),
            _count(e["edges"]),
            _count(e["companies"]),
            tuple(_text(x, LONGEST_TEXT) for x in e["examples"][:EXAMPLES]),
        )
        for e in row["evidence"][:MOST_EVIDENCE]
    )
    if not evidence or not (row["input"] or row["text"]):
        raise ValueError("a proposal without evidence or without an input")
    return Proposal(
        _text(row["product"], 30), _text(row["input"], 30), _text(row["text"], LONGEST_TEXT), evidence, _count(row["companies"])
    )


def _text(value: object, longest: int) -> str:
    if not isinstance(value, str) or len(value) > longest or not value.isprintable():
        raise ValueError(f"no text of at most {longest} characters")
    return value


def _count(value: object) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value < 10**6:
        raise ValueError("no count")
    return value
