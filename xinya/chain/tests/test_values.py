"""Tables of values are read whole or refused, with every wrong cell named; the order of rows changes nothing."""

import random

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from xinya.chain.files.number_table import TableRefused
from xinya.chain.files.values import read_population, read_values
from xinya.kit.refusals import Refused

TABLE = "location,product,value\nb,y,2\na,x,1.5\nb,x,0\n"


def test_absent_pairs_are_nothing_and_names_are_sorted() -> None:
    read = read_values(TABLE.encode(), "t.csv")
    assert (read.locations, read.products) == (("a", "b"), ("x", "y"))
    assert read.values.tolist() == [[1.5, 0.0], [0.0, 2.0]]
    assert read.repeated == 0


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_chinese_heads_in_any_order_and_encoding_are_read(encoding: str, delimiter: str) -> None:
    text = "产值,备注,行业,城市\n3,无,钛合金,沈阳\n\n4,,锻件,成都\n".replace(",", delimiter)
    read = read_values(text.encode(encoding), "t.csv")
    assert read.locations == ("成都", "沈阳")
    assert read.values.sum() == 7


@given(rows=st.lists(st.tuples(st.sampled_from("abc"), st.sampled_from("xyz"), st.integers(0, 9)), min_size=1), seed=st.integers())
def test_repeated_pairs_are_added_and_counted_in_any_order(rows: list[tuple[str, str, int]], seed: int) -> None:
    shuffled = rows[:]
    random.Random(seed).shuffle(shuffled)
    one, other = (
        read_values(("location,product,value\n" + "".join(f"{a},{b},{v}\n" for a, b, v in some)).encode(), "t.csv")
        for some in (rows, shuffled)
    )
    np.testing.assert_array_equal(one.values, other.values)
    assert one.values.sum() == sum(v for _a, _b, v in rows)
    assert one.repeated == other.repeated == len(rows) - len({(a, b) for a, b, _v in rows})


def test_a_presence_that_stands_twice_stays_one() -> None:
    read = read_values(b"location,product,value\na,x,1\na,x,1\n", "t.csv", is_presence=True)
    assert read.values.tolist() == [[1.0]]
    assert read.repeated == 1


def test_every_wrong_cell_is_named_with_row_and_column() -> None:
    text = "location,product,value\na,x,-1\n,y,2\nc,z,\nd,z,nan\ne,z,1_0\nf,z,viel\ng,z,inf\nh\n"
    with pytest.raises(TableRefused) as told:
        read_values(text.encode(), "t.csv")
    assert [(f.code, f.row, f.column) for f in told.value.findings] == [
        ("negative", 2, "value"), ("name-missing", 3, "location"), ("number-missing", 4, "value"), ("not-a-number", 5, "value"),
        ("not-a-number", 6, "value"), ("not-a-number", 7, "value"), ("not-a-number", 8, "value"), ("number-missing", 9, "value"),
        ("name-missing", 9, "product"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "empty-file"),
        (b"  \n", "empty-file"),
        (b"\xef\xbb\xbf", "empty-file"),
        (b"location,product,value\n", "no-rows"),
        (b"location,product\na,b\n", "column-missing"),
        (b"location,city,product,value\na,b,c,1\n", "column-twice"),
        (b"1,2,3\n4,5,6\n", "not-a-table"),
        (b"\xff\xfeabc", "undecodable-text"),
        (b"location,product,value\na\xff\xff,b,1\n", "undecodable-text"),
        (b"PK\x03\x04\0\0", "not-a-table"),
        (b'location,product,value\n"a,b,1\n', "not-a-table"),
        (b"location,product,value\n" + b"a" * 201 + b",b,1\n", "name-too-long"),
    ],
)
def test_what_is_no_table_of_values_is_refused_with_its_code(content: bytes, code: str) -> None:
    with pytest.raises(Refused) as told:
        read_values(content, "t.csv")
    assert told.value.code == code


def test_a_presence_holds_nothing_but_0_and_1() -> None:
    with pytest.raises(Refused) as told:
        read_values(TABLE.encode(), "t.csv", is_presence=True)
    assert (told.value.code, told.value.row) == ("not-a-presence", 2)


def test_too_many_cells_are_refused_before_the_table_is_made() -> None:
    rows = "".join(f"l{i},p{i},1\n" for i in range(8000))
    with pytest.raises(Refused) as told:
        read_values(("location,product,value\n" + rows).encode(), "t.csv")
    assert told.value.code == "too-many-cells"


def test_populations_are_taken_in_the_order_of_the_places() -> None:
    text = "地区,人口\nb,2\nc,9\na,1\n"
    assert read_population(text.encode(), "p.csv", ("a", "b")).tolist() == [1.0, 2.0]


@pytest.mark.parametrize(
    ("text", "code"),
    [("a,1\n", "population-missing"), ("a,1\nb,0\n", "not-positive"), ("a,1\na,1\nb,2\n", "twice"), ("", "no-rows")],
)
def test_a_population_that_cannot_be_used_is_refused(text: str, code: str) -> None:
    with pytest.raises(Refused) as told:
        read_population(("location,population\n" + text).encode(), "p.csv", ("a", "b"))
    assert told.value.code == code
