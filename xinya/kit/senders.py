"""Senders behind one port: mail, text messages and web-hooks of the operator's own, files for a demonstration.

`NotSent` says that surely nothing went out, so that it may be tried again; any other exception leaves it open.
"""

import hashlib
import hmac
import json
import secrets
import smtplib
import socket
import time
import urllib.error
import urllib.request
from collections.abc import Mapping
from dataclasses import dataclass
from http.client import HTTPMessage
from pathlib import Path
from typing import IO, Protocol

from django.conf import settings
from django.core.mail import EmailMessage, get_connection

from .attachments import write_whole

TIMEOUT_S = 20
LINK = "%s\n\n%s"


class NotSent(Exception):
    """Nothing went out; why is its text."""


@dataclass(frozen=True, slots=True)
class Message:
    """What is sent. number: the notice's own, the same in every try. to: a mail address, a phone, or the name of a web-hook."""

    number: int
    to: str
    subject: str
    body: str
    link: str
    language: str

    @property
    def text(self) -> str:
        return LINK % (self.body, self.link) if self.link else self.body


class Sender(Protocol):
    """A way to send. Returns when the other side has taken the message."""

    def send(self, message: Message) -> None: ...


@dataclass(frozen=True, slots=True)
class FileSender:
    """Writes each message into a file of its own; two files of one number would be one message sent twice."""

    channel: str
    folder: Path

    def send(self, message: Message) -> None:
        head = f"{self.channel}\nTo: {message.to}\nSubject: {message.subject}\nNotice: {message.number}\n\n"
        name = f"{self.channel}-{message.number:08d}-{secrets.token_hex(4)}.txt"
        write_whole(self.folder / name, (head + message.text + "\n").encode())


@dataclass(frozen=True, slots=True)
class MailSender:
    """Mail by the server of XINYA_MAIL; the message id is the notice's, so that a mailbox can tell a second copy."""

    def send(self, message: Message) -> None:
        domain = settings.DEFAULT_FROM_EMAIL.rpartition("@")[2].strip(">")
        headers = {"Message-ID": f"<notice-{message.number}@{domain}>", "Auto-Submitted": "auto-generated"}
        mail = EmailMessage(message.subject, message.text, to=[message.to], headers=headers)
        mail.connection = get_connection(timeout=TIMEOUT_S)
        try:
            taken = mail.send()
        except smtplib.SMTPServerDisconnected:
            raise
        except (smtplib.SMTPResponseException, smtplib.SMTPRecipientsRefused, smtplib.SMTPNotSupportedError) as refused:
            raise NotSent(f"{type(refused).__name__}: {refused}"[:300]) from refused
        except (ConnectionRefusedError, socket.gaierror, ValueError) as refused:
            raise NotSent(f"{type(refused).__name__}: {refused}"[:300]) from refused
        if not taken:
            raise NotSent("no receiver")


class _NoDetour(urllib.request.HTTPRedirectHandler):
    """An answer that leads elsewhere is an error: only the address that the operator wrote down is called."""

    def redirect_request(
        self, req: urllib.request.Request, fp: IO[bytes], code: int, msg: str, headers: HTTPMessage, newurl: str
    ) -> None:
        return None


def signature(key: str, at: str, body: bytes) -> str:
    """What a receiver computes anew to know that a call is ours: HMAC-SHA256 over `<time>.<body>`."""
    return hmac.new(key.encode(), at.encode() + b"." + body, hashlib.sha256).hexdigest()


@dataclass(frozen=True, slots=True)
class SignedPost:
    """A signed POST to addresses of the settings, chosen by name; nobody's typed address is ever called."""

    addresses: Mapping[str, str]
    key: str
    is_phone: bool = False

    def send(self, message: Message) -> None:
        address = self.addresses.get("" if self.is_phone else message.to)
        if address is None:
            raise NotSent("no such web-hook in the settings")
        told = {"notice": message.number, "subject": message.subject, "text": message.text, "language": message.language}
        body = json.dumps(told | ({"to": message.to} if self.is_phone else {}), ensure_ascii=False, sort_keys=True).encode()
        at = str(int(time.time()))
        headers = {"Content-Type": "application/json", "X-Xinya-Time": at, "X-Xinya-Notice": str(message.number)}
        headers["X-Xinya-Signature"] = f"sha256={signature(self.key, at, body)}"
        request = urllib.request.Request(address, data=body, headers=headers, method="POST")  # noqa: S310
        opener = urllib.request.build_opener(_NoDetour, urllib.request.ProxyHandler({}))
        try:
            opener.open(request, timeout=TIMEOUT_S).close()
        except urllib.error.HTTPError as refused:
            raise NotSent(f"answered {refused.code}") from refused
        except urllib.error.URLError as refused:
            if isinstance(refused.reason, ConnectionRefusedError | socket.gaierror):
                raise NotSent(str(refused.reason)[:300]) from refused
            raise


def sender_of(channel: str) -> Sender | None:
    """The sender of a channel here; None where the operator has set none."""
    if settings.OUTBOX is not None:
        return FileSender(channel, Path(settings.OUTBOX))
    if channel == "mail" and settings.EMAIL_HOST:
        return MailSender()
    if channel == "sms" and settings.SMS_GATEWAY:
        return SignedPost({"": settings.SMS_GATEWAY}, settings.WEBHOOK_KEY, is_phone=True)
    if channel == "webhook" and settings.WEBHOOKS:
        return SignedPost(settings.WEBHOOKS, settings.WEBHOOK_KEY)
    return None
