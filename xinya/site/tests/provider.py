"""A small identity provider for tests: discovery, keys, authorisation, token and user pages, RS256 keys of its own."""

import base64
import hashlib
import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

from joserfc import jwt
from joserfc.jwk import RSAKey

CLIENT, SECRET = "xinya-test", "very secret"


@dataclass
class Provider:
    """What it says of whoever comes; `lie` changes claims, `key` may be exchanged."""

    address: str = ""
    key: RSAKey = field(default_factory=lambda: RSAKey.generate_key(2048, {"kid": "one"}))
    signing: RSAKey | None = None
    claims: dict[str, Any] = field(default_factory=dict)
    user: dict[str, Any] | None = None
    codes: dict[str, dict[str, str]] = field(default_factory=dict)
    calls: list[str] = field(default_factory=list)

    def visit(self, address: str) -> str:
        """What the browser does at the provider: the person agrees; the address it is sent back to."""
        parts = urlsplit(address)
        asked = {name: values[0] for name, values in parse_qs(parts.query).items()}
        assert f"{parts.scheme}://{parts.netloc}{parts.path}" == f"{self.address}/authorize"
        assert (asked["client_id"], asked["response_type"], asked["code_challenge_method"]) == (CLIENT, "code", "S256")
        code = f"code-{len(self.codes)}"
        self.codes[code] = asked
        return f"{asked['redirect_uri']}?{urlencode({'code': code, 'state': asked['state']})}"

    def answer(self, path: str, form: dict[str, str], authorization: str) -> dict[str, Any] | None:
        self.calls.append(path)
        if path == "/.well-known/openid-configuration":
            names = {"authorization_endpoint": "authorize", "token_endpoint": "token", "jwks_uri": "keys"}
            document = {name: f"{self.address}/{page}" for name, page in names.items()} | {"issuer": self.address}
            return document | ({"userinfo_endpoint": f"{self.address}/user"} if self.user is not None else {})
        if path == "/keys":
            return {"keys": [self.key.as_dict(private=False)]}
        if path == "/user":
            return self.user if authorization == "Bearer token" else None
        return self._token(form, authorization) if path == "/token" else None

    def _token(self, form: dict[str, str], authorization: str) -> dict[str, Any] | None:
        asked = self.codes.pop(form.get("code", ""), None)
        verifier = form.get("code_verifier", "").encode()
        challenge = base64.urlsafe_b64encode(hashlib.sha256(verifier).digest()).decode().rstrip("=")
        client = base64.b64encode(f"{CLIENT}:{SECRET}".encode()).decode()
        if asked is None or challenge != asked["code_challenge"] or authorization != f"Basic {client}":
            return None
        if form["redirect_uri"] != asked["redirect_uri"]:
            return None
        now = int(time.time())
        claims = {"iss": self.address, "aud": CLIENT, "sub": "person-7", "exp": now + 60, "iat": now, "nonce": asked["nonce"]}
        key = self.signing or self.key
        token = jwt.encode({"alg": "RS256", "kid": "one"}, {**claims, **self.claims}, key)
        return {"access_token": "token", "token_type": "Bearer", "id_token": token}


@contextmanager
def running() -> Iterator[Provider]:
    """The provider on a port of this machine."""
    provider = Provider()

    class Pages(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self._reply(provider.answer(urlsplit(self.path).path, {}, self.headers.get("Authorization", "")))

        def do_POST(self) -> None:
            sent = parse_qs(self.rfile.read(int(self.headers["Content-Length"])).decode())
            form = {name: values[0] for name, values in sent.items()}
            self._reply(provider.answer(self.path, form, self.headers.get("Authorization", "")))

        def _reply(self, reply: dict[str, Any] | None) -> None:
            body = json.dumps(reply if reply is not None else {"error": "invalid_grant"}).encode()
            self.send_response(200 if reply is not None else 400)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_args: Any) -> None:
            """Quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Pages)
    provider.address = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield provider
    finally:
        server.shutdown()
        server.server_close()
