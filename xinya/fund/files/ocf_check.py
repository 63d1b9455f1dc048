"""Whether a package is valid: every item against its own schema, sums, numbers and references. Offline, with the shipped schemas.

The schemas under `ocf-schema` are unchanged copies (licence beside them), looked up by their `$id`, so nothing is fetched.
"""

import json
from collections.abc import Iterator, Mapping
from contextvars import ContextVar
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from jsonschema import Draft7Validator, FormatChecker, ValidationError
from jsonschema.protocols import Validator
from jsonschema.validators import extend

from xinya.fund.engine.refusal import BadInput, refuse
from xinya.kit.text import gettext_noop as _
from xinya.kit.text import say

from .ocf import KINDS, MANIFEST, Package

SCHEMAS = Path(__file__).resolve().parent / "ocf-schema"
LARGEST_ERRORS = 200
FORMATS = FormatChecker(formats=["date"])
DEFECT = _("%(file)s, %(place)s: %(reason)s")


@dataclass(frozen=True, slots=True)
class Defect:
    """code: OCF_FILE, OCF_MD5, OCF_SCHEMA, OCF_REFERENCE or DUPLICATE_ID. place: the item's id, or its number in the file."""

    file: str
    place: str
    code: str
    reason: str

    def sentence(self, language: str) -> str:
        return f"{self.code}: {say(language, DEFECT, file=self.file, place=self.place, reason=self.reason)}"

    def __str__(self) -> str:
        return self.sentence("en")


_sound: ContextVar[set[tuple[str, int]]] = ContextVar("_sound")
"""What was found good within the item that is being judged: (schema, object)."""


@lru_cache(maxsize=1)
def _schemas() -> tuple[dict[str, Any], dict[str, str]]:
    """(schemas by $id, $id by object_type or file_type)."""
    found = {}
    for path in sorted(SCHEMAS.rglob("*.schema.json")):
        schema = json.loads(path.read_text("utf-8"))
        del schema["$schema"]  # all are of one draft; named in each, it would be looked up at every step
        found[schema.pop("$id")] = schema
    kinds: dict[str, str] = {}
    for name, schema in found.items():
        properties = schema.get("properties", {})
        told = properties.get("object_type", properties.get("file_type", {}))
        for kind in [told["const"]] if "const" in told else told.get("enum", []):
            if "/primitives/" not in name:
                kinds.setdefault(kind, name)
    return found, kinds


def _referred(validator: Any, name: str, told: object, _schema: object) -> Iterator[ValidationError]:
    """Every reference in the schemas is the whole `$id` of another one.

    Each of six triggers refers to the same three rights, and each of these to the same mechanisms: what is good is judged once.
    """
    sound, key = _sound.get(), (name, id(told))
    if key in sound:
        return
    is_sound = True
    for error in validator.descend(told, _schemas()[0][name]):
        is_sound = False
        yield error
    if is_sound:
        sound.add(key)


_Validator = extend(Draft7Validator, {"$ref": _referred})


@lru_cache(maxsize=256)
def _validator(kind: str) -> Validator | None:
    found, kinds = _schemas()
    name = kinds.get(kind)
    return None if name is None else _Validator(found[name], format_checker=FORMATS)


def _against_schema(file: str, place: str, kind: object, told: Mapping[str, Any]) -> Iterator[Defect]:
    validator = _validator(kind) if isinstance(kind, str) else None
    if validator is None:
        yield Defect(file, place, "OCF_SCHEMA", f"no schema for {kind}")
        return
    _sound.set(set())
    for error in sorted(validator.iter_errors(told), key=lambda error: list(map(str, error.absolute_path))):
        where = "/".join(map(str, error.absolute_path))
        yield Defect(file, place, "OCF_SCHEMA", f"{where}: {error.message}"[:300] if where else error.message[:300])


def defects_of_file(file: str, document: Mapping[str, Any]) -> list[Defect]:
    """Of one file: its frame against the file's schema, then every item against the schema of its own type.

    The release's schema of the transactions file leaves out a type, so the list in it is not asked.
    """
    if document.get("file_type") == "OCF_MANIFEST_FILE":
        return list(_against_schema(file, MANIFEST, "OCF_MANIFEST_FILE", document))
    found = list(_against_schema(file, "-", document.get("file_type"), {**document, "items": []}))
    for number, item in enumerate(document.get("items", []), start=1):
        if not isinstance(item, dict):
            found.append(Defect(file, str(number), "OCF_SCHEMA", "no object"))
            continue
        found += _against_schema(file, str(item.get("id", number)), item.get("object_type"), item)
        if len(found) >= LARGEST_ERRORS:
            break
    return found


def defects(package: Package) -> list[Defect]:
    """Every defect, the first 200."""
    found: list[Defect] = []
    for name, document in package.documents.items():
        found += defects_of_file(name, document)
    for name, wanted in package.md5_given.items():
        if name not in package.documents:
            found.append(Defect(name, "-", "OCF_FILE", "named in the manifest and not there"))
        elif package.md5_found[name] != wanted:
            found.append(Defect(name, "-", "OCF_MD5", f"the manifest says {wanted}, the file has {package.md5_found[name]}"))
    for kind, (file_type, _name) in KINDS.items():
        for name in package.names(kind):
            if package.documents.get(name, {}).get("file_type", file_type) != file_type:
                found.append(Defect(name, "-", "OCF_FILE", f"is listed as {file_type}"))
    found += _references(package)
    return found[:LARGEST_ERRORS]


def _references(package: Package) -> Iterator[Defect]:
    """Ids that are there twice, and references to what is not there. What is no object or no word is its schema's defect."""
    items = {kind: [item for item in package.items(kind) if isinstance(item, dict)] for kind in KINDS}
    known = {kind: {str(item.get("id")) for item in found} for kind, found in items.items()}
    seen: set[str] = set()
    for kind, found in items.items():
        for item in found:
            name = str(item.get("id"))
            if name in seen:
                yield Defect(kind, name, "DUPLICATE_ID", "the id is there twice")
            seen.add(name)
    transactions = items["transactions"]
    securities = {str(item.get("security_id")) for item in transactions if str(item.get("object_type")).endswith("_ISSUANCE")}
    targets = {
        "stakeholder_id": known["stakeholders"], "stock_class_id": known["stock_classes"], "stock_plan_id": known["stock_plans"],
        "security_id": securities, "balance_security_id": securities, "vesting_terms_id": known["vesting_terms"],
    }  # fmt: skip
    for item in transactions:
        for field, targeted in targets.items():
            if isinstance(item.get(field), str) and item[field] not in targeted:
                yield Defect("transactions", str(item.get("id")), "OCF_REFERENCE", f"{field} {item[field]} is not there")
        results = item.get("resulting_security_ids")
        for target in results if isinstance(results, list) else ():
            if isinstance(target, str) and target not in securities:
                yield Defect("transactions", str(item.get("id")), "OCF_REFERENCE", f"resulting security {target} is not there")


def demand_item(item: object, where: str) -> None:
    """One item against the schema of its own type. Raises FIELD_WRONG."""
    if not isinstance(item, Mapping):
        raise refuse("FIELD_WRONG", where=where, value=item)
    for defect in _against_schema(where, str(item.get("id")), item.get("object_type"), item):
        raise refuse("FIELD_WRONG", where=f"{where}, {defect.place}", value=defect.reason)


def demand_document(file: str, document: Mapping[str, Any]) -> None:
    """One file with its items. Raises FIELD_WRONG with the first defect."""
    for defect in defects_of_file(file, document):
        raise refuse("FIELD_WRONG", where=f"{file}, {defect.place}", value=defect.reason)


def demand_valid(package: Package) -> None:
    """All or nothing: raises FIELD_WRONG with the first defect; the first 200 stand in `findings`."""
    found = defects(package)
    if not found:
        return
    refusals: list[BadInput] = [refuse("FIELD_WRONG", where=f"{one.file}, {one.place}", value=one.reason) for one in found]
    first = refusals[0]
    first.findings = refusals  # type: ignore[attr-defined]
    raise first
