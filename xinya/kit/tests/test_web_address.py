"""What a page links of an address from a file: the web, and nothing else."""

import pytest

from xinya.kit.web_address import web_address


@pytest.mark.parametrize(
    "address",
    ["https://www.gov.cn/a?b=c#d", "http://example.org", "HTTPS://EXAMPLE.ORG/", "https://例子.中国/页", "http://[::1]:8000/x"],
)
def test_an_address_of_the_web_is_linked(address: str) -> None:
    assert web_address(address) == address


@pytest.mark.parametrize(
    "address",
    [
        "", "foo bar", "javascript:alert(1)", "JavaScript://x/%0aalert(1)", "java\nscript:alert(1)", " https://a.b", "https://",
        "https:///path", "//example.org", "www.example.org", "ftp://example.org", "data:text/html,x", "file:///etc/passwd",
        "http://[::1", "http://a.b:port", "https://a.b/\u202e", "https://./",
    ],
)  # fmt: skip
def test_nothing_else_is_linked(address: str) -> None:
    assert web_address(address) == ""
