"""A pack taken away, and another version of it held against the one that ships: in the file, on the page, over the API."""

import contextlib
import io
import json
import zipfile
from dataclasses import replace

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from xinya.chain.files import Pack, archive_of, pack_from_archive, pack_from_path, pack_members, shipped_packs
from xinya.chain.files.archive import LARGEST_ARCHIVE
from xinya.chain.files.difference import difference, difference_object
from xinya.chain.tests.conftest import CHAIN
from xinya.kit.models import AuditRow
from xinya.kit.refusals import Refused

PACK = next(p for p in shipped_packs() if p.code == CHAIN)
ARCHIVE = archive_of([PACK])


def older(pack: Pack) -> Pack:
    """The pack as it might have been: another version, one row less, one word of another segment less."""
    first, second, *rest = pack.segments
    second = {**second, "aliases": second["aliases"].partition(";")[2], "name_en": "Something else"}
    gone = {r["code"] for r in (first,)}
    kept = tuple(r for r in pack.inputs if not {r["product"], r["input"]} & gone)
    return replace(pack, head={**pack.head, "version": "2020.1.1"}, segments=(second, *rest), inputs=kept)


def upload(content: bytes) -> SimpleUploadedFile:
    return SimpleUploadedFile("pack.zip", content, content_type="application/zip")


# --- the file -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("pack", shipped_packs(), ids=lambda p: p.code)
def test_a_pack_comes_out_of_its_archive_as_it_went_in(pack: Pack) -> None:
    assert pack_members(pack_from_archive(archive_of([PACK, pack] if pack.code != CHAIN else [pack]), pack.code)) == pack_members(
        pack
    )


def test_an_archive_of_several_packs_gives_the_one_that_is_asked_for_and_guesses_none() -> None:
    both = archive_of([PACK, next(p for p in shipped_packs() if p.code == "gas-turbine")])
    assert pack_from_archive(both, "gas-turbine").code == "gas-turbine"
    for wanted in ("", "wind-power"):
        with pytest.raises(Refused, match=r"holds no pack|holds") as refused:
            pack_from_archive(both, wanted)
        assert refused.value.code == "no-such-pack"


def test_a_pack_that_lies_in_its_archive_without_a_folder_is_read() -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, content in pack_members(PACK).items():
            archive.writestr(name, content)
    assert pack_from_archive(out.getvalue(), CHAIN) == pack_from_archive(ARCHIVE, CHAIN).__class__(
        PACK.head, PACK.segments, PACK.inputs, PACK.sources, ""
    )


@given(st.integers(0, len(ARCHIVE) - 1), st.integers(0, 255))
def test_a_damaged_archive_is_refused_or_read_and_nothing_else(place: int, byte: int) -> None:
    for broken in (ARCHIVE[:place], ARCHIVE[:place] + bytes([byte]) + ARCHIVE[place + 1 :]):
        with contextlib.suppress(Refused):
            assert isinstance(pack_from_archive(broken, CHAIN), Pack)


@pytest.mark.parametrize("packing", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_a_packing_whose_reading_cannot_be_stopped_is_not_opened(packing: int) -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", packing) as archive:
        for name, content in pack_members(PACK).items():
            archive.writestr(f"{CHAIN}/{name}", content)
    with pytest.raises(Refused) as refused:
        pack_from_archive(out.getvalue(), CHAIN)
    assert refused.value.code == "pack-unreadable"


HEADS = (
    "columns = 5", "columns = [1]", "version = 0x" + "f" * 6000, ".".join("a" * 3000) + " = 1",
    "summary_en = " + "[" * 3000 + "]" * 3000,
    'name_zh = "' + "长" * 30_000 + '"', 'code = "other"', "",
)  # fmt: skip


@pytest.mark.parametrize("head", HEADS, ids=range(len(HEADS)))
def test_a_strange_head_is_refused_or_compared(head: str) -> None:
    lines = [
        line for line in pack_members(PACK)["pack.toml"].decode().splitlines() if not line.startswith(head.partition(" ")[0] or "#")
    ]
    members = pack_members(PACK) | {"pack.toml": (head + "\n" + "\n".join(lines)).encode()}
    if head.startswith("columns"):
        members["pack.toml"] = head.encode()
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, content in members.items():
            archive.writestr(f"{CHAIN}/{name}", content)
    with contextlib.suppress(Refused):
        difference(pack_from_archive(out.getvalue(), CHAIN), PACK)


def test_a_pack_of_another_chain_without_a_folder_is_not_taken_for_this_one() -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, content in pack_members(next(p for p in shipped_packs() if p.code == "wind-power")).items():
            archive.writestr(name, content)
    with pytest.raises(Refused) as refused:
        pack_from_archive(out.getvalue(), CHAIN)
    assert refused.value.code == "no-such-pack"


@given(st.binary(max_size=200))
def test_what_is_no_archive_is_refused(content: bytes) -> None:
    with pytest.raises(Refused):
        pack_from_archive(content, CHAIN)


def test_an_archive_that_swells_or_is_too_large_is_refused() -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in pack_members(PACK):
            archive.writestr(f"{CHAIN}/{name}", b" " * 21_000_000)
    for content in (out.getvalue(), b"PK" + bytes(LARGEST_ARCHIVE)):
        with pytest.raises(Refused) as refused:
            pack_from_archive(content, CHAIN)
        assert refused.value.code == "too-large"


def test_a_path_may_be_a_folder_or_an_archive(tmp_path_factory: pytest.TempPathFactory) -> None:
    folder = tmp_path_factory.mktemp("packs") / CHAIN
    folder.mkdir()
    for name, content in pack_members(PACK).items():
        (folder / name).write_bytes(content)
    file = folder.parent / "pack.zip"
    file.write_bytes(ARCHIVE)
    assert difference(pack_from_path(folder), pack_from_path(file)) == []


# --- the page and the API -------------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_a_reader_compares_an_older_version_with_the_one_that_ships_and_nothing_is_kept(reader_client: Client) -> None:
    rows = AuditRow.objects.count()
    page = reverse("pack-compare", args=[CHAIN])
    assert reader_client.get(page).status_code == 200
    reply = reader_client.post(page, {"file": upload(archive_of([older(PACK)]))})
    words = reply.content.decode()
    assert reply.status_code == 200
    assert "2020.1.1" in words
    assert PACK.segments[0]["code"] in words
    assert "Something else" in words
    assert AuditRow.objects.count() == rows


@pytest.mark.django_db
def test_a_pack_that_says_the_same_says_so(reader_client: Client) -> None:
    words = reader_client.post(reverse("pack-compare", args=[CHAIN]), {"file": upload(ARCHIVE)}).content.decode()
    assert "两者所说相同" in words


@pytest.mark.django_db
@pytest.mark.parametrize("content", [b"no archive", archive_of([p for p in shipped_packs() if p.code == "wind-power"])])
def test_a_file_that_is_no_such_pack_is_refused_beside_its_field(reader_client: Client, content: bytes) -> None:
    reply = reader_client.post(reverse("pack-compare", args=[CHAIN]), {"file": upload(content)})
    assert 400 <= reply.status_code < 500
    assert 'aria-invalid="true"' in reply.content.decode()


@pytest.mark.django_db
def test_the_api_tells_the_same_difference_as_the_command_line(reader_client: Client) -> None:
    address = f"/api/v1/chains/{CHAIN}/difference"
    reply = reader_client.post(address, {"pack": upload(archive_of([older(PACK)]))})
    assert reply.status_code == 200
    assert reply.json() == json.loads(json.dumps(difference_object(older(PACK), PACK)))
    assert reader_client.post(address, {"pack": upload(b"x")}).status_code == 422
    assert reader_client.post("/api/v1/chains/none/difference", {"pack": upload(ARCHIVE)}).status_code == 404
