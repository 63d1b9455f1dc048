"""Missing inputs through the API: a table in, proposals out, nothing stored, every refusal with its code."""

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

PATH = "/api/v1/missing-inputs"
PARTS = ("轴承", "齿轮", "密封圈", "壳体", "叶轮")
MADE = ("水泵", "油泵", "气泵", "高压水泵", "微型水泵", "离心水泵")


def table(rows: int = 30) -> str:
    pairs = [f"{made},{part}" for made in MADE for part in PARTS if (made, part) != ("微型水泵", "叶轮")]
    return "\r\n".join(["产品,原材料", *pairs[:rows]])


def send(client: Client, text: str, kinds: str = "", **asked: Any) -> Any:
    files = {"links": SimpleUploadedFile("links.csv", text.encode())}
    if kinds:
        files["kinds"] = SimpleUploadedFile("kinds.csv", kinds.encode())
    query = "&".join(f"{name}={value}" for name, value in asked.items())
    return client.post(f"{PATH}?{query}", files)


@pytest.mark.django_db
def test_what_products_alike_need_is_proposed_and_nothing_known_again(reader_client: Client) -> None:
    told = send(reader_client, table(), "小类,大类\n微型水泵,水泵\n", product="微型水泵", most=3, test="true").json()
    assert (told["links"], told["inputs"], told["self_links"]) == (29, 5, 0)
    (found,) = told["proposals"]
    assert (found["product"], found["input"], found["rank"]) == ("微型水泵", "叶轮", 1)
    assert "高压水泵" in found["alike"]
    assert [m["method"] for m in told["tested"]["methods"]][-1] == "names, kinds and links"


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("text", "kinds", "code", "status"),
    [
        ("产品,数量\n水泵,1\n", "", "column-missing", 422),
        (table(3), "", "too-few-links", 422),
        (table() + "\r\n水泵,", "", "name-missing", 422),
        (table(), "小类,大类\n水泵,水泵\n", "kind-of-itself", 422),
        ("产品,原材料\n" + "".join(f"泵{n},件{n}\n" for n in range(2001)), "", "too-many-links", 413),
        ("产品,原材料\n" + "".join(f"{'泵' * 190}{n},{'件' * 190}{n}\n" for n in range(400)), "", "names-long", 413),
        ("", "", "empty-file", 422),
    ],
)
def test_a_wrong_table_is_refused_with_its_code(reader_client: Client, text: str, kinds: str, code: str, status: int) -> None:
    reply = send(reader_client, text, kinds)
    assert (reply.status_code, reply.json()["code"]) == (status, code)


@pytest.mark.django_db
def test_an_unknown_product_is_named_and_strangers_get_nothing(reader_client: Client) -> None:
    reply = send(reader_client, table(), product="火箭")
    assert (reply.status_code, reply.json()["code"]) == (422, "no-such-product")
    assert send(Client(), table()).status_code == 401
