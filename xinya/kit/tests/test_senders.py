"""Senders: what surely did not go out is told apart from what perhaps did; calls are signed and go only where the operator said."""

import hashlib
import hmac
import json
import smtplib
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any, ClassVar

import pytest
from django.core import mail

from xinya.kit.senders import FileSender, MailSender, Message, NotSent, SignedPost, sender_of

KEY = "k" * 40
MESSAGE = Message(7, "officer@example.cn", "翼盒", "请看一下。", "https://xinya.example.cn/zh-hans/notices/", "zh-hans")


class Receiver(BaseHTTPRequestHandler):
    """Another system: answers as it is told and remembers what came."""

    answer: ClassVar[tuple[int, dict[str, str]]] = (200, {})
    came: ClassVar[list[tuple[str, dict[str, str], bytes]]] = []

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.came.append((self.path, dict(self.headers), body))
        status, headers = self.answer
        self.send_response(status)
        for name, text in headers.items():
            self.send_header(name, text)
        self.end_headers()

    def do_GET(self) -> None:
        self.came.append((self.path, dict(self.headers), b"GET"))
        self.send_response(200)
        self.end_headers()

    def log_message(self, format: str, *arguments: Any) -> None:
        """Silent."""


@pytest.fixture
def receiver() -> Iterator[str]:
    server = HTTPServer(("127.0.0.1", 0), Receiver)
    Receiver.came.clear()
    Receiver.answer = (200, {})
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


def test_a_web_hook_gets_a_signed_call(receiver: str) -> None:
    SignedPost({"office": f"{receiver}/in?a=1"}, KEY).send(Message(7, "office", "翼盒", "请看。", "", "zh-hans"))
    ((path, headers, body),) = Receiver.came
    assert (path, json.loads(body)) == (
        "/in?a=1",
        {"notice": 7, "subject": "翼盒", "text": "请看。", "language": "zh-hans"},
    )
    made = hmac.new(KEY.encode(), headers["X-Xinya-Time"].encode() + b"." + body, hashlib.sha256).hexdigest()
    assert hmac.compare_digest(headers["X-Xinya-Signature"], f"sha256={made}")


@pytest.mark.parametrize("to", ["https://inside.example.cn/", "http://127.0.0.1/", "", "other"])
def test_nobody_s_typed_address_is_called(receiver: str, to: str) -> None:
    with pytest.raises(NotSent, match="no such web-hook"):
        SignedPost({"office": receiver}, KEY).send(Message(7, to, "a", "b", "", "en"))
    assert Receiver.came == []


def test_an_answer_that_leads_elsewhere_is_not_followed(receiver: str) -> None:
    for status in (301, 302, 303, 307, 308):
        Receiver.answer = (status, {"Location": f"{receiver}/elsewhere"})
        with pytest.raises(NotSent, match=str(status)):
            SignedPost({"office": receiver}, KEY).send(Message(7, "office", "a", "b", "", "en"))
    assert [path for path, _headers, _body in Receiver.came if "elsewhere" in path] == []
    assert len(Receiver.came) == 5


def test_a_text_message_goes_to_the_gateway_with_the_phone_inside(receiver: str) -> None:
    SignedPost({"": receiver}, KEY, is_phone=True).send(Message(7, "+8613800000000", "a", "b", "", "en"))
    assert json.loads(Receiver.came[0][2])["to"] == "+8613800000000"


def test_a_refusal_and_a_closed_door_surely_sent_nothing(receiver: str) -> None:
    Receiver.answer = (503, {})
    with pytest.raises(NotSent, match="503"):
        SignedPost({"office": receiver}, KEY).send(Message(7, "office", "a", "b", "", "en"))
    with pytest.raises(NotSent):
        SignedPost({"office": "http://127.0.0.1:1/"}, KEY).send(Message(7, "office", "a", "b", "", "en"))


def test_mail_has_the_notice_s_own_number_and_link(settings: Any) -> None:
    settings.DEFAULT_FROM_EMAIL = "zone@example.cn"
    MailSender().send(MESSAGE)
    (sent,) = mail.outbox
    assert (sent.subject, sent.to, sent.from_email) == ("翼盒", ["officer@example.cn"], "zone@example.cn")
    assert sent.extra_headers["Message-ID"] == "<notice-7@example.cn>"
    assert "https://xinya.example.cn/zh-hans/notices/" in sent.body


def test_a_subject_cannot_add_a_head_to_a_mail() -> None:
    with pytest.raises(NotSent, match="BadHeaderError"):
        MailSender().send(Message(7, "officer@example.cn", "a\nBcc: all@example.cn", "b", "", "en"))
    assert mail.outbox == []


@pytest.mark.parametrize(
    ("error", "is_sure"),
    [
        (smtplib.SMTPRecipientsRefused({}), True),
        (smtplib.SMTPAuthenticationError(535, b"no"), True),
        (smtplib.SMTPDataError(554, b"no"), True),
        (ConnectionRefusedError(), True),
        (smtplib.SMTPServerDisconnected("in the middle"), False),
        (TimeoutError(), False),
        (OSError("broken pipe"), False),
    ],
)
def test_only_what_surely_sent_nothing_is_called_not_sent(monkeypatch: pytest.MonkeyPatch, error: Exception, is_sure: bool) -> None:
    def fail(_self: object) -> int:
        raise error

    monkeypatch.setattr("xinya.kit.senders.EmailMessage.send", fail)
    with pytest.raises(NotSent if is_sure else type(error)):
        MailSender().send(MESSAGE)


def test_a_demonstration_writes_files(tmp_path: Path) -> None:
    for _turn in range(2):
        FileSender("mail", tmp_path / "outbox").send(MESSAGE)
    names = [path.name for path in (tmp_path / "outbox").iterdir()]
    assert len(names) == 2, "the same twice would be seen"
    assert all(name.startswith("mail-00000007-") for name in names)
    text = next((tmp_path / "outbox").iterdir()).read_text("utf-8")
    assert text == "mail\nTo: officer@example.cn\nSubject: 翼盒\nNotice: 7\n\n" + MESSAGE.text + "\n"


def test_a_channel_without_a_setting_is_closed(settings: Any, tmp_path: Path) -> None:
    settings.OUTBOX, settings.EMAIL_HOST, settings.SMS_GATEWAY, settings.WEBHOOKS = None, "", "", {}
    assert [sender_of(channel) for channel in ("mail", "sms", "webhook", "page")] == [None] * 4
    settings.EMAIL_HOST, settings.SMS_GATEWAY, settings.WEBHOOKS = (
        "mail.example.cn",
        "https://sms.example.cn/",
        {"a": "https://a.cn/"},
    )
    found = [type(sender_of(channel)) for channel in ("mail", "sms", "webhook", "page")]
    assert found == [MailSender, SignedPost, SignedPost, type(None)]
    settings.OUTBOX = tmp_path
    assert isinstance(sender_of("mail"), FileSender)
