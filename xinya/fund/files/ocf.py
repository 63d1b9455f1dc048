"""Packages of the Open Cap Format 1.2.0 (fund.md 12): a manifest and the files it names, as bytes and back with the same bytes."""

import hashlib
import io
import json
import lzma
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from xinya.fund.engine.refusal import BadInput, refuse

from .cases import read_json

VERSION = "1.2.0"
MANIFEST = "Manifest.ocf.json"
KINDS: dict[str, tuple[str, str]] = {
    "stock_plans": ("OCF_STOCK_PLANS_FILE", "StockPlans.ocf.json"),
    "stock_legend_templates": ("OCF_STOCK_LEGEND_TEMPLATES_FILE", "StockLegends.ocf.json"),
    "stock_classes": ("OCF_STOCK_CLASSES_FILE", "StockClasses.ocf.json"),
    "vesting_terms": ("OCF_VESTING_TERMS_FILE", "VestingTerms.ocf.json"),
    "valuations": ("OCF_VALUATIONS_FILE", "Valuations.ocf.json"),
    "transactions": ("OCF_TRANSACTIONS_FILE", "Transactions.ocf.json"),
    "stakeholders": ("OCF_STAKEHOLDERS_FILE", "Stakeholders.ocf.json"),
    "financings": ("OCF_FINANCINGS_FILE", "Financings.ocf.json"),
    "documents": ("OCF_DOCUMENTS_FILE", "Documents.ocf.json"),
}
"""The files of a package: (file_type, usual name). Documents may be absent, the others must be there, if need be empty."""
LARGEST_PACKAGE = 50_000_000
MOST_FILES = 200
Document = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Package:
    """documents: every file by its name, the manifest among them. md5_given: what the manifest says of each file, md5_found: what
    its bytes had as they were read; both empty for a package that was made here."""

    documents: dict[str, Document]
    md5_given: dict[str, str] = field(default_factory=dict)
    md5_found: dict[str, str] = field(default_factory=dict)

    @property
    def manifest(self) -> Document:
        return self.documents[MANIFEST]

    def names(self, kind: str) -> list[str]:
        """The files of a kind, in the manifest's order."""
        return [_member_name(row["filepath"]) for row in self.manifest.get(f"{kind}_files", [])]

    def items(self, kind: str) -> list[Document]:
        """All items of a kind, over all its files."""
        return [item for name in self.names(kind) for item in self.documents.get(name, {}).get("items", [])]

    def members(self) -> dict[str, bytes]:
        """The bytes of every file, md5 sums renewed in the manifest."""
        written = {name: _bytes(document) for name, document in self.documents.items() if name != MANIFEST}
        manifest = json.loads(json.dumps(self.manifest))
        for kind in KINDS:
            for row in manifest.get(f"{kind}_files", []):
                row["md5"] = md5(written[_member_name(row["filepath"])])
        return written | {MANIFEST: _bytes(manifest)}


def md5(content: bytes) -> str:
    """The sum that the format asks for; it guards against a slip, not against a forger."""
    return hashlib.md5(content, usedforsecurity=False).hexdigest()


def _bytes(document: Mapping[str, Any]) -> bytes:
    return (json.dumps(document, ensure_ascii=False, indent=1) + "\n").encode()


def _member_name(filepath: str) -> str:
    return filepath.removeprefix("./")


def package_from_members(members: Mapping[str, bytes], *, strict: bool = True) -> Package:
    """A package from the bytes of its files. strict: a wrong md5 sum or a missing file is refused, else left to `ocf_check`.

    Raises FIELD_WRONG, FIELD_MISSING with the file.
    """
    if MANIFEST not in members:
        raise refuse("FIELD_MISSING", where=MANIFEST)
    manifest = _document(members[MANIFEST], MANIFEST)
    documents, given, found = {MANIFEST: manifest}, dict[str, str](), dict[str, str]()
    for name, wanted in _named(manifest):
        given[name] = wanted
        if name not in members:
            if strict:
                raise refuse("FIELD_MISSING", where=name)
            continue
        found[name] = md5(members[name])
        if strict and found[name] != wanted:
            raise refuse("FIELD_WRONG", where=f"{name} md5", value=wanted)
        documents[name] = _document(members[name], name)
    return Package(documents, given, found)


def _named(manifest: Document) -> Iterator[tuple[str, str]]:
    for kind in KINDS:
        listed = manifest.get(f"{kind}_files", [])
        if not isinstance(listed, list):
            raise refuse("FIELD_WRONG", where=f"{MANIFEST} {kind}_files", value=listed)
        for row in listed:
            path = row.get("filepath") if isinstance(row, dict) else None
            if not isinstance(path, str) or Path(_member_name(path)).name != _member_name(path):
                raise refuse("FIELD_WRONG", where=f"{MANIFEST} {kind}_files", value=path)
            yield _member_name(path), str(row.get("md5", ""))


def _document(content: bytes, name: str) -> Document:
    try:
        told = read_json(content.decode("utf-8-sig"), name)
    except UnicodeDecodeError as error:
        raise refuse("FIELD_WRONG", where=name, value=error) from None
    if not isinstance(told, dict) or (name != MANIFEST and not isinstance(told.get("items"), list)):
        raise refuse("FIELD_WRONG", where=name, value=type(told).__name__)
    return told


def package_from_path(path: Path, *, strict: bool = True) -> Package:
    """From a folder or a zip file. Raises FIELD_WRONG when it is neither, or too large."""
    if path.is_dir():
        return package_from_folder(path, strict=strict)
    if not path.is_file() or path.stat().st_size > LARGEST_PACKAGE or not zipfile.is_zipfile(path):
        raise refuse("FIELD_WRONG", where="package", value=path)
    return package_from_zip(path.read_bytes(), strict=strict)


def package_from_folder(folder: Path, *, strict: bool = True) -> Package:
    files = sorted(path for path in folder.iterdir() if path.is_file() and path.suffix == ".json")
    if len(files) > MOST_FILES or sum(path.stat().st_size for path in files) > LARGEST_PACKAGE:
        raise refuse("FIELD_WRONG", where="package", value=folder)
    return package_from_members({path.name: path.read_bytes() for path in files}, strict=strict)


def package_from_zip(content: bytes, *, strict: bool = True) -> Package:
    """Files at the top of the archive or in one folder; what swells beyond 50 MB is refused before it is unpacked."""
    try:
        archive = zipfile.ZipFile(io.BytesIO(content))
        listed = [one for one in archive.infolist() if one.filename.endswith(".json")]
        if len(listed) > MOST_FILES or sum(one.file_size for one in listed) > LARGEST_PACKAGE:
            raise refuse("FIELD_WRONG", where="package", value="zip")
        members = {Path(one.filename).name: archive.read(one) for one in listed}
    except BadInput:
        raise
    except (zipfile.BadZipFile, zlib.error, lzma.LZMAError, EOFError, OSError, ValueError, RuntimeError) as error:
        raise refuse("FIELD_WRONG", where="package", value=str(error)) from None
    return package_from_members(members, strict=strict)


def write_package(package: Package, out: Path) -> None:
    """Into a new folder, or a new file ending in .zip (entries without a time, so the same package gives the same bytes)."""
    if out.exists():
        raise refuse("FIELD_WRONG", where="OUT", value=out)
    if out.suffix == ".zip":
        out.write_bytes(zip_bytes(package))
        return
    out.mkdir(parents=True)
    for name, content in package.members().items():
        (out / name).write_bytes(content)


def zip_bytes(package: Package) -> bytes:
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in sorted(package.members().items()):
            archive.writestr(zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0)), content)
    return written.getvalue()
