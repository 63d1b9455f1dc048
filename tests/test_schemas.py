"""What other programs read is what the schemas in docs/schemas say: from the shell, from the API, and the packs themselves."""

import json
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.db import transaction
from jsonschema import Draft202012Validator
from jsonschema.exceptions import ValidationError

from xinya.chain.engine.verdicts import KINDS as INPUT_KINDS
from xinya.chain.files import SHIPPED, shipped_atlas
from xinya.chain.files.exchange import VERDICT_HEAD
from xinya.cli.house import openapi_document
from xinya.cli.main import main
from xinya.kit.audit import record
from xinya.kit.audit_check import export_stored
from xinya.kit.audit_seals import take_seal
from xinya.zones.files import CompanyLine, write_csv

SCHEMAS = Path(__file__).resolve().parent.parent / "docs" / "schemas"
PACKS = sorted(path.parent.name for path in SHIPPED.glob("*/pack.toml"))


def schema(name: str) -> dict[str, Any]:
    return json.loads((SCHEMAS / f"{name}.schema.json").read_text("utf-8"))


def checked(name: str, value: object) -> None:
    Draft202012Validator(schema(name), format_checker=Draft202012Validator.FORMAT_CHECKER).validate(value)


def fields(node: Any, where: str = "") -> Iterator[tuple[str, dict[str, Any]]]:
    for key, below in node.get("properties", {}).items():
        yield f"{where}.{key}", below
        yield from fields(below, f"{where}.{key}")
    if "items" in node:
        yield from fields(node["items"], f"{where}[]")


@pytest.mark.parametrize("name", ["diagnosis", "chains", "pack"])
def test_a_schema_is_one_and_describes_every_field(name: str) -> None:
    Draft202012Validator.check_schema(schema(name))
    described = dict(fields(schema(name)))
    assert len(described) > 10
    assert [where for where, field in described.items() if not field.get("description")] == []


@pytest.fixture(scope="module")
def diagnosis(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """A list on every ninth segment of the first chain, with makers outside, as the shell diagnoses it."""
    folder = tmp_path_factory.mktemp("lists")
    segments = [shipped_atlas().segments[code] for code, _column in shipped_atlas().chains[0].members]
    lines = [
        CompanyLine(
            n, f"企业{n}", None, (s.name_zh, "零碎"), 1000 * n, n % 2 == 0, n == 2, state="building" if n % 5 == 0 else "producing"
        )
        for n, s in enumerate(segments[::9], start=2)
    ]
    there = [CompanyLine(n, f"外企{n}", None, (s.name_zh,), None, None) for n, s in enumerate(segments[1::9], start=2)]
    for name, rows in (("here", lines), ("there", there)):
        (folder / f"{name}.csv").write_bytes(write_csv(rows))
    return json.loads(printed("chain", "diagnose", str(folder / "here.csv"), "--outside", str(folder / "there.csv"), "--json"))


def printed(*arguments: str) -> str:
    import contextlib
    import io

    with contextlib.redirect_stdout(io.StringIO()) as out:
        assert main(arguments) == 0
    return out.getvalue()


def test_a_diagnosis_is_as_its_schema_says(diagnosis: dict[str, Any]) -> None:
    checked("diagnosis", diagnosis)
    assert {v["kind"] for v in diagnosis["verdicts"]} >= {"missing", "extendable"}
    assert any(v["building"] for v in diagnosis["verdicts"])
    assert any(v["outside"] for v in diagnosis["verdicts"])
    assert diagnosis["unplaced"]


def test_the_chains_are_as_their_schema_says() -> None:
    exported = json.loads(printed("chain", "export", "--json"))
    checked("chains", exported)
    assert [chain["code"] for chain in exported["chains"]] == PACKS


@pytest.mark.parametrize("pack", PACKS)
def test_the_head_of_a_pack_is_as_its_schema_says(pack: str) -> None:
    head = tomllib.loads((SHIPPED / pack / "pack.toml").read_text("utf-8"))
    checked("pack", json.loads(json.dumps(head, default=str)))


@pytest.mark.parametrize(
    ("change", "path"),
    [({"as_of": "yesterday"}, "as_of"), ({"verdicts": [{}]}, "verdicts"), ({"more": 1}, ""), ({"limits": {"demand": 0}}, "limits")],
)
def test_what_is_wrong_is_found_by_the_schema(diagnosis: dict[str, Any], change: dict[str, Any], path: str) -> None:
    with pytest.raises(ValidationError) as caught:
        checked("diagnosis", diagnosis | change)
    assert str(next(iter(caught.value.absolute_path), "")) == path


# --- the API says the same ------------------------------------------------------------------------------------------


def keys(node: Any, document: dict[str, Any]) -> Any:
    """The keys of a schema with what lies below them, whatever the words and limits beside them."""
    if "$ref" in node:
        return keys(document["components"]["schemas"][node["$ref"].rsplit("/", 1)[1]], document)
    for one in node.get("anyOf", ()):
        if one.get("type") != "null":
            return keys(one, document)
    if "properties" in node:
        assert set(node.get("required", ())) == set(node["properties"])
        return {key: keys(below, document) for key, below in node["properties"].items()}
    return [keys(node["items"], document)] if "items" in node else sorted(node.get("enum", ()))


@pytest.mark.parametrize(("name", "component"), [("diagnosis", "DiagnosisObject"), ("chains", "ChainObject")])
def test_the_api_names_the_same_keys_and_words(name: str, component: str) -> None:
    document = json.loads(openapi_document())
    ours = schema(name) if name == "diagnosis" else schema(name)["properties"]["chains"]["items"]
    assert keys(ours, {}) == keys(document["components"]["schemas"][component], document)


def test_the_kinds_of_inputs_are_those_of_the_engine() -> None:
    assert schema("diagnosis")["properties"]["limits"]["properties"]["kinds"]["items"]["enum"] == list(INPUT_KINDS)


def test_the_columns_of_the_csv_are_keys_of_a_verdict() -> None:
    verdict = schema("diagnosis")["properties"]["verdicts"]["items"]["properties"]
    assert set(VERDICT_HEAD) - {"rank"} <= set(verdict)


def test_the_dictionary_of_the_packs_names_every_column_of_their_tables() -> None:
    from xinya.chain.files.pack import HEADS

    words = (SCHEMAS.parent / "chain-packs.md").read_text("utf-8")
    for table, head in HEADS.items():
        part = words.split(f"## {table}")[1].split("\n## ")[0]
        assert set(re.findall(r"`([a-z0-9_]+)`", part)) >= set(head), table


@pytest.mark.django_db
def test_every_line_of_an_exported_log_is_what_the_schema_says() -> None:
    with transaction.atomic():
        record("officer", "say", "zone", 7, value="新")
        take_seal("house")
    _head, lines = export_stored()
    said = [json.loads(line) for line in lines]
    for line in said:
        checked("audit-line", line)
    assert len(said) == 3
    spoiled: list[dict[str, Any]] = [{}, said[0] | {"first": 0}, said[1] | {"hash": "x"}, said[1] | {"more": 1}]
    for wrong in spoiled:
        with pytest.raises(ValidationError):
            checked("audit-line", wrong)
