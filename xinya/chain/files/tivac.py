"""The public industry value chains of Taiwan's exchange (TIVAC) as another zone's open data: its own nodes are the foreign packs.

Reads the four tables chains, nodes, companies and memberships by path; nothing of them is shipped. Names are turned into simplified
script for reading and matching (characters only); words of Taiwan stay, the placement has its own table for them.
"""

import datetime
import hashlib
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from xinya.chain.engine.compare import definition_hash
from xinya.kit.text import simplified
from xinya.zones.engine.values import split_list

from .graphs import table_rows
from .open_zone import FORMAT

SOURCE = "產業價值鏈資訊平台 (TIVAC), stored copy"
STAGES = {"up": "上游", "mid": "中游", "down": "下游", "other": "其他", "none": "其他"}


def tivac_document(folder: Path, *, as_of: datetime.date, chains: Iterable[str] = ()) -> dict[str, Any]:
    """The whole set, or only these chains, as a document of xinya-open-zone/1. Raises Refused for what is not there.

    A company stands on every node that the set puts it on; its product texts are the names of those nodes, in
    the script they are written in, parted where a node names several things.
    """
    wanted = set(chains)
    heads = [r for r in table_rows(folder, "chains", ("chain_code", "title")) if not wanted or r["chain_code"] in wanted]
    nodes: dict[str, dict[str, str]] = {}
    for row in table_rows(
        folder, "nodes", ("node_id", "chain_code", "stage", "stage_title", "category", "subcategory", "parent_node_id")
    ):
        if not wanted or row["chain_code"] in wanted:
            nodes[row["node_id"]] = row
    names = {r["company_key"]: r["name"] for r in table_rows(folder, "companies", ("company_key", "name"))}
    places: dict[str, list[str]] = {}
    for row in table_rows(folder, "memberships", ("node_id", "company_key")):
        if row["node_id"] in nodes:
            places.setdefault(row["company_key"], []).append(row["node_id"])
    return {
        "format": FORMAT, "as_of": as_of.isoformat(),
        "zone": {"code": "tivac", "name": "台湾产业价值链（公开资料）", "name_en": "Industry value chains of Taiwan"},
        "source": SOURCE, "licence": "internal use", "tables": [],
        "packs": [_pack(head, [n for n in nodes.values() if n["chain_code"] == head["chain_code"]]) for head in heads],
        "companies": [_company(names[key], where, nodes) for key, where in places.items() if key in names],
    }  # fmt: skip


def code_of(node: str) -> str:
    """A code for a node's id, which may hold any character."""
    plain = "".join(c if c.isascii() and (c.isalnum() or c == "-") else "-" for c in node.casefold()).strip("-")
    return f"tw-{plain}" if plain and len(plain) <= 26 else f"tw-{hashlib.sha256(node.encode()).hexdigest()[:12]}"


def node_name(node: Mapping[str, str]) -> str:
    """What a node is called, as it is written: its subcategory, else its category, else the stage it is."""
    return (node["subcategory"] or node["category"] or node["stage_title"] or node["node_id"]).strip()


def _pack(head: Mapping[str, str], nodes: list[dict[str, str]]) -> dict[str, Any]:
    rows = []
    for node in nodes:
        code, name = code_of(node["node_id"]), simplified(node_name(node))
        fields = {
            "name_zh": name, "definition_zh": simplified(f"{node['category']}／{node['subcategory']}".strip("／")),
            "broader": code_of(node["parent_node_id"]) if node["parent_node_id"] else "", "excludes": "", "classes": "",
        }  # fmt: skip
        rows.append(
            {
                "code": code, "name_zh": name, "name_en": "", "column": STAGES.get(node["stage"], "其他"),
                "hash": definition_hash(code, fields), "fields": fields,
            }
        )  # fmt: skip
    title = simplified(head["title"])
    return {"code": f"tw-{head['chain_code'].casefold()}", "name_zh": title, "name_en": "", "version": "", "segments": rows}


def _company(name: str, where: list[str], nodes: Mapping[str, Mapping[str, str]]) -> dict[str, Any]:
    products = list(dict.fromkeys(item[:300] for n in where for item in split_list(node_name(nodes[n]))))
    return {"name": name.strip()[:200], "credit_code": "", "products": products[:100],
            "segments": list(dict.fromkeys(code_of(n) for n in where))[:100]}  # fmt: skip
