"""What a file is by its content, never by its name: a closed list, read strictly to its last byte. No Django.

Whatever could be two kinds at once, swells when unpacked, or is run by a browser (HTML, SVG, XML, script) is refused.
"""

import io
import re
import struct
import unicodedata
import zipfile
import zlib

from xinya.kit.delimited import decoded
from xinya.kit.refusals import Refused
from xinya.kit.text import gettext_noop as _

LARGEST_BYTES = 20 * 1024 * 1024
LARGEST_UNPACKED, LARGEST_RATIO, MOST_PARTS, MOST_CHUNKS = 200 * 1024 * 1024, 200, 5000, 100_000
ENDINGS = {
    "pdf": (".pdf",), "png": (".png",), "jpeg": (".jpg", ".jpeg"), "webp": (".webp",), "xlsx": (".xlsx",), "docx": (".docx",),
    "text": (".txt", ".csv"),
}  # fmt: skip
KNOWN_ENDINGS = tuple(ending for endings in ENDINGS.values() for ending in endings)
PARTS = {"word/document.xml": "docx", "xl/workbook.xml": "xlsx"}
MAIN = {
    "docx": b"application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml",
    "xlsx": b"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml",
}
_MARKUP = re.compile(r"<\s*(?:[!?/]|(?:script|svg|html|head|body|iframe|img|object|embed|link|style|meta|form|a)\b)", re.IGNORECASE)
_PAGE = re.compile(rb"<\s*(?:!doctype|\?xml|html|script|svg|head|body|iframe)\b", re.IGNORECASE)
_CONTROLS = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
_RESERVED = re.compile(r"(?:con|prn|aux|nul|com\d|lpt\d)(?:\..*)?", re.IGNORECASE)

EMPTY = _("The file is empty.")
TOO_LARGE = _("The file has more than %(limit_mb)s MB.")
UNKNOWN = _("The file is none of the kinds that are taken: PDF, PNG, JPEG, WebP, xlsx, docx, csv, txt.")
DAMAGED = _("The file begins like %(kind)s and does not end like it: it is damaged, or two kinds in one. Save it again.")
SWELLS = _("The file swells when it is unpacked and is not taken.")
MACROS = _("The file holds macros or other programs. Save it without them.")
LOCKED = _("The file is locked with a password.")
MISMATCH = _("The name ends in %(ending)s and the content is %(kind)s. Give the file its right name.")
NAME_UNSAFE = _("The file's name cannot be kept: it has no path, no control character, and 1 to 120 characters.")


def kind_of(content: bytes) -> str:
    """The kind of a file: pdf, png, jpeg, webp, xlsx, docx or text.

    Raises Refused: file-empty, too-large, file-unknown, file-damaged, file-swells, file-has-macros, file-locked.
    """
    if not content:
        raise Refused("file-empty", EMPTY)
    if len(content) > LARGEST_BYTES:
        raise Refused("too-large", TOO_LARGE, status=413, limit_mb=LARGEST_BYTES // (1024 * 1024))
    if content.startswith(b"PK\x03\x04"):
        return _office(content)
    for kind, head, whole in (
        ("pdf", b"%PDF-", _is_whole_pdf), ("png", b"\x89PNG\r\n\x1a\n", _is_whole_png), ("jpeg", b"\xff\xd8\xff", _is_whole_jpeg),
        ("webp", b"RIFF", _is_whole_webp),
    ):  # fmt: skip
        if content.startswith(head):
            if not whole(content) or _is_zip_too(content):
                raise Refused("file-damaged", DAMAGED, kind=kind)
            return kind
    return _text(content)


def fitting_name(name: str, kind: str) -> str:
    """The name under which the file is kept and given out; without a known ending it gets its kind's.

    Raises Refused: name-unsafe, type-mismatch.
    """
    shown = unicodedata.normalize("NFC", name).replace("\u3000", " ").replace("\xa0", " ").strip()
    is_plain = shown.isprintable() and not set(shown) & set('/\\:*?"<>|')
    if not is_plain or not 1 <= len(shown) <= 120 or shown.startswith(".") or shown.endswith("."):
        raise Refused("name-unsafe", NAME_UNSAFE)
    if _RESERVED.fullmatch(shown):
        raise Refused("name-unsafe", NAME_UNSAFE)
    dot = shown.rfind(".")
    ending = shown[dot:].lower() if dot > 0 and re.fullmatch(r"\.[A-Za-z0-9]{1,8}", shown[dot:]) else ""
    if not ending:
        return f"{shown[:110]}{ENDINGS[kind][0]}"
    if ending not in ENDINGS[kind]:
        raise Refused("type-mismatch", MISMATCH, ending=ending, kind=kind)
    return shown


def _is_whole_pdf(content: bytes) -> bool:
    has_end = content.rstrip(b"\0 \t\r\n").endswith(b"%%EOF") and b"startxref" in content[-4096:]
    return has_end and _PAGE.search(content[:1024]) is None


def _is_whole_png(content: bytes) -> bool:
    """Chunk by chunk with their checksums, the first IHDR, the last IEND, nothing behind it."""
    place, count = 8, 0
    while place + 12 <= len(content) and count < MOST_CHUNKS:
        (length,) = struct.unpack_from(">I", content, place)
        name, end = content[place + 4 : place + 8], place + 12 + length
        if end > len(content) or (count == 0 and (name, length) != (b"IHDR", 13)):
            return False
        if zlib.crc32(memoryview(content)[place + 4 : end - 4]) != struct.unpack_from(">I", content, end - 4)[0]:
            return False
        if name == b"IEND":
            return end == len(content) and length == 0
        place, count = end, count + 1
    return False


def _is_whole_jpeg(content: bytes) -> bool:
    """Segment by segment up to the picture's data; the end mark is the last thing but for padding."""
    place = 2
    while place + 4 <= len(content) and content[place] == 0xFF:
        mark = content[place + 1]
        if mark == 0xDA:
            return content.rstrip(b"\x00").endswith(b"\xff\xd9")
        (length,) = struct.unpack_from(">H", content, place + 2)
        if mark == 0xFF:
            place += 1
        elif length < 2:
            return False
        else:
            place += 2 + length
    return False


def _is_whole_webp(content: bytes) -> bool:
    if len(content) < 20 or content[8:12] != b"WEBP" or content[12:16] not in (b"VP8 ", b"VP8L", b"VP8X"):
        return False
    (length,) = struct.unpack_from("<I", content, 4)
    return length + 8 == len(content)


def _is_zip_too(content: bytes) -> bool:
    return zipfile.is_zipfile(io.BytesIO(content))


def _office(content: bytes) -> str:
    """docx or xlsx: by its main part and what the package says of it; nothing before, between or behind the parts that counts."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as package:
            parts = package.infolist()
            _demand_harmless(parts, content)
            names = {part.filename for part in parts}
            kinds = [kind for name, kind in PARTS.items() if name in names]
            if len(kinds) != 1 or "[Content_Types].xml" not in names:
                raise Refused("file-unknown", UNKNOWN)
            if MAIN[kinds[0]] not in package.read("[Content_Types].xml"):
                raise Refused("file-unknown", UNKNOWN)
            package.read(next(name for name in PARTS if name in names))
    except (zipfile.BadZipFile, zlib.error, struct.error, EOFError, OSError, RuntimeError, ValueError, KeyError) as wrong:
        raise Refused("file-damaged", DAMAGED, kind="zip") from wrong
    return kinds[0]


def _demand_harmless(parts: list[zipfile.ZipInfo], content: bytes) -> None:
    names = [part.filename for part in parts]
    if len(parts) > MOST_PARTS or sum(part.file_size for part in parts) > LARGEST_UNPACKED:
        raise Refused("file-swells", SWELLS)
    if any(part.file_size > LARGEST_RATIO * max(part.compress_size, 1) and part.file_size > 1024 * 1024 for part in parts):
        raise Refused("file-swells", SWELLS)
    if any(part.flag_bits & 0x1 for part in parts):
        raise Refused("file-locked", LOCKED)
    if any(re.search(r"vbaproject|activex|embeddings/.*\.(?:bin|exe|js|vbs)", name, re.IGNORECASE) for name in names):
        raise Refused("file-has-macros", MACROS)
    if min((part.header_offset for part in parts), default=1) != 0:  # something stands before the package
        raise Refused("file-damaged", DAMAGED, kind="zip")
    if len(set(names)) != len(names) or any(n.startswith("/") or ".." in n.split("/") or "\\" in n for n in names):
        raise Refused("file-damaged", DAMAGED, kind="zip")
    end = content.rfind(b"PK\x05\x06")
    if end < 0 or end + 22 + struct.unpack_from("<H", content, end + 20)[0] != len(content):
        raise Refused("file-damaged", DAMAGED, kind="zip")


def _text(content: bytes) -> str:
    """Plain text or a table of texts: decoded strictly, without control characters, nothing that a browser takes for a page."""
    try:
        text = decoded(content)
    except Refused as refused:
        raise Refused("file-unknown", UNKNOWN) from refused
    if _CONTROLS.search(text) or _MARKUP.search(text) or not text.strip() or _is_zip_too(content) or b"%PDF-" in content[:1024]:
        raise Refused("file-unknown", UNKNOWN)
    return "text"
