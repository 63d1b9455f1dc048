"""What a file is by its content: real ones are taken, and what is two kinds, swells, or runs in a browser is refused."""

import io
import struct
import zipfile
import zlib

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from xinya.kit.file_types import ENDINGS, LARGEST_BYTES, fitting_name, kind_of
from xinya.kit.refusals import Refused

PDF = b"%PDF-1.7\n1 0 obj\n<< /Type /Catalog >>\nendobj\ntrailer\n<< /Root 1 0 R >>\nstartxref\n9\n%%EOF\n"
JPEG = b"\xff\xd8\xff\xe0\x00\x10JFIF\x00\x01\x01\x00\x00\x01\x00\x01\x00\x00\xff\xda\x00\x08\x01\x01\x00\x00\x3f\x00\x7f\xff\xd9"
WEBP = b"RIFF\x1a\x00\x00\x00WEBPVP8L\x0d\x00\x00\x00\x2f\x00\x00\x00\x10\x07\x10\x11\x11\x88\x88\xfe\x07\x00"
SVG = b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>'
HTML = b"<!doctype html><title>x</title><script>alert(1)</script>"


def chunk(name: bytes, content: bytes = b"") -> bytes:
    return struct.pack(">I", len(content)) + name + content + struct.pack(">I", zlib.crc32(name + content))


PNG = (
    b"\x89PNG\r\n\x1a\n"
    + chunk(b"IHDR", struct.pack(">IIBBBBB", 1, 1, 8, 0, 0, 0, 0))
    + chunk(b"IDAT", zlib.compress(b"\0\0"))
    + chunk(b"IEND")
)


def xlsx() -> bytes:
    book, out = openpyxl.Workbook(), io.BytesIO()
    book.create_sheet("名单").append(["企业名称"])
    book.save(out)
    return out.getvalue()


def package(**parts: bytes) -> bytes:
    """A zip with a Word document's main part; names with `__` for `/`."""
    out = io.BytesIO()
    kind = b"application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", b"<Types><Override ContentType='" + kind + b"'/></Types>")
        archive.writestr("word/document.xml", b"<w:document/>")
        for name, content in parts.items():
            archive.writestr(name.replace("__", "/"), content)
    return out.getvalue()


REAL = {
    "pdf": PDF, "png": PNG, "jpeg": JPEG, "webp": WEBP, "xlsx": xlsx(), "docx": package(),
    "text": "企业名称,主营产品\n甲航空,翼盒 < 2 t\n".encode("gb18030"),
}  # fmt: skip


def refusal(content: bytes) -> str:
    with pytest.raises(Refused) as caught:
        kind_of(content)
    return caught.value.code


@pytest.mark.parametrize("kind", sorted(REAL))
def test_a_real_file_is_known_by_its_content(kind: str) -> None:
    assert kind_of(REAL[kind]) == kind


@pytest.mark.parametrize("kind", sorted(REAL))
def test_a_file_with_another_behind_it_is_refused(kind: str) -> None:
    for other in (package(), HTML, SVG, b"MZ\x90\x00"):
        assert refusal(REAL[kind] + other) in ("file-damaged", "file-unknown"), kind


@pytest.mark.parametrize("kind", ["png", "jpeg", "webp", "pdf", "xlsx", "docx"])
def test_a_file_cut_off_anywhere_in_its_second_half_is_refused(kind: str) -> None:
    whole = REAL[kind]
    for end in {len(whole) // 2, len(whole) * 3 // 4, len(whole) - 8}:
        assert refusal(whole[:end]) in ("file-damaged", "file-unknown")


@pytest.mark.parametrize(
    "content",
    [
        SVG,
        HTML,
        b"\xef\xbb\xbf" + HTML,
        b"  \n<?xml version='1.0'?><a/>",
        b"note: <script>alert(1)</script>",
        b"GIF89a" + b"\0" * 20,
        b"MZ\x90\x00" + b"\0" * 60,
        b"\x7fELF" + b"\0" * 60,
        b"#!/bin/sh\n\x07",
        b"\0\0\0\0",
        b"   \n",
        b"x %PDF-1.7",
        "甲".encode("utf-16"),
    ],
)
def test_what_a_browser_runs_and_what_nobody_knows_is_refused(content: bytes) -> None:
    assert refusal(content) == "file-unknown"


def test_markup_at_the_head_of_a_pdf_is_refused() -> None:
    assert refusal(PDF.replace(b"1 0 obj", b"<html><script>alert(1)</script>", 1)) == "file-damaged"


def test_empty_and_too_large_are_refused() -> None:
    assert refusal(b"") == "file-empty"
    assert refusal(b"a" * (LARGEST_BYTES + 1)) == "too-large"
    assert kind_of(b"a" * LARGEST_BYTES) == "text"


def test_a_package_that_swells_is_refused() -> None:
    assert refusal(package(word__bomb=b"\0" * 30_000_000)) == "file-swells"
    assert refusal(package(**{f"word__{n}": b"" for n in range(5001)})) == "file-swells"


def test_a_package_with_macros_is_refused() -> None:
    assert refusal(package(**{"word__vbaProject.bin": b"x"})) == "file-has-macros"


@pytest.mark.parametrize("name", ["../../etc/passwd", "/etc/passwd", "word/../../x", "word\\x"])
def test_a_package_whose_parts_lead_elsewhere_is_refused(name: str) -> None:
    out = io.BytesIO(package())
    with zipfile.ZipFile(out, "a") as archive:
        archive.writestr(zipfile.ZipInfo(name), b"x")
    assert refusal(out.getvalue()) == "file-damaged"


def test_a_plain_zip_is_none_of_the_kinds() -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("notes.txt", "x")
    assert refusal(out.getvalue()) == "file-unknown"
    with zipfile.ZipFile(io.BytesIO(xlsx())) as source, zipfile.ZipFile(out := io.BytesIO(), "w") as archive:
        for part in source.infolist():
            archive.writestr(part.filename, source.read(part))
        archive.writestr("word/document.xml", "<w:document/>")
    assert refusal(out.getvalue()) == "file-unknown", "a package is a document or a workbook, not both"


@given(st.binary(max_size=300), st.sampled_from(sorted(REAL)), st.integers(0, 400))
def test_any_bytes_are_one_kind_or_one_refusal(noise: bytes, kind: str, place: int) -> None:
    whole = REAL[kind]
    for content in (noise, whole[:place] + noise + whole[place:], whole[:12] + noise):
        try:
            found = kind_of(content)
        except Refused as refused:
            assert refused.code.startswith(("file-", "too-large"))  # noqa: PT017
        else:
            assert found in ENDINGS


@pytest.mark.parametrize(
    ("name", "kind", "kept"),
    [
        ("报告.PDF", "pdf", "报告.PDF"),
        ("list.csv", "text", "list.csv"),
        ("scan", "png", "scan.png"),
        (" a b.jpeg ", "jpeg", "a b.jpeg"),
        ("v1.2 final", "pdf", "v1.2 final.pdf"),
    ],
)
def test_a_name_is_kept_and_gets_the_ending_of_its_kind(name: str, kind: str, kept: str) -> None:
    assert fitting_name(name, kind) == kept


@pytest.mark.parametrize(
    "name",
    [
        "",
        " ",
        "../x.pdf",
        "a/b.pdf",
        "a\\b.pdf",
        "..",
        ".htaccess",
        "x\0.pdf",
        "x\n.pdf",
        "x\u202efdp.exe",
        "x\u200b.pdf",
        "con",
        "NUL.pdf",
        'a"b.pdf',
        "a<b>.pdf",
        "x" * 121,
        "a.",
        "a:b.pdf",
    ],
)
def test_a_name_that_leads_elsewhere_or_lies_is_refused(name: str) -> None:
    with pytest.raises(Refused, match="name-unsafe"):
        fitting_name(name, "pdf")


@pytest.mark.parametrize(
    ("name", "kind"), [("a.exe", "pdf"), ("a.pdf", "png"), ("a.html", "text"), ("a.svg", "text"), ("a.png", "jpeg")]
)
def test_a_name_of_another_kind_is_refused(name: str, kind: str) -> None:
    with pytest.raises(Refused, match="type-mismatch"):
        fitting_name(name, kind)


@given(st.text(max_size=130), st.sampled_from(sorted(ENDINGS)))
def test_a_name_that_is_kept_is_one_plain_name(name: str, kind: str) -> None:
    try:
        kept = fitting_name(name, kind)
    except Refused as refused:
        assert refused.code in ("name-unsafe", "type-mismatch")  # noqa: PT017
    else:
        assert 1 <= len(kept) <= 120
        assert kept.isprintable()
        assert not set(kept) & set("/\\\0")
        assert kept.lower().endswith(ENDINGS[kind])
