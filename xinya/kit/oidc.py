"""OpenID Connect by authlib: code flow with PKCE, state and nonce against the one provider that the settings name."""

import secrets
from typing import Any

import requests
from authlib.common.errors import AuthlibBaseError
from authlib.common.security import generate_token
from authlib.integrations.requests_client import OAuth2Session
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from .identity import FAILED, Begun, Identity, plain_phone
from .refusals import Refused

TIMEOUT_S = 10
SCOPE = "openid phone"
ALGORITHMS = ["RS256", "RS384", "RS512", "ES256", "ES384", "PS256"]
LEEWAY_S = 60


class OidcProvider:
    """The provider of the settings; its addresses come from its own discovery document, its keys from there too."""

    def __init__(self, oidc: Any) -> None:
        self.oidc = oidc

    def begin(self, back: str) -> Begun:
        verifier, nonce = generate_token(64), secrets.token_urlsafe(24)
        with self._session(back) as session:
            address, state = session.create_authorization_url(
                self._document()["authorization_endpoint"], code_verifier=verifier, nonce=nonce
            )
        return Begun(address, {"state": state, "nonce": nonce, "verifier": verifier})

    def finish(self, answer: str, back: str, kept: dict[str, str]) -> Identity:
        """Raises Refused identity-failed for a wrong state, code, signature, nonce, audience or time."""
        try:
            document = self._document()
            with self._session(back, state=kept["state"]) as session:
                token = session.fetch_token(
                    document["token_endpoint"], authorization_response=answer, code_verifier=kept["verifier"], timeout=TIMEOUT_S
                )
                claims = self._claims(token["id_token"], document, kept["nonce"])
                if "phone_number" not in claims and document.get("userinfo_endpoint"):
                    told = session.get(document["userinfo_endpoint"], timeout=TIMEOUT_S).json()
                    # Another person's answer would be a mix-up.
                    claims = {**told, **claims} if told.get("sub") == claims["sub"] else claims
        except (AuthlibBaseError, JoseError, requests.RequestException, KeyError, ValueError) as error:
            raise Refused("identity-failed", FAILED, status=403) from error
        confirmed = claims.get("phone_number_verified") is True
        phone = plain_phone(str(claims.get("phone_number", ""))) if confirmed else ""
        return Identity(self.oidc.issuer, str(claims["sub"])[:255], phone)

    def _session(self, back: str, *, state: str | None = None) -> OAuth2Session:
        return OAuth2Session(
            self.oidc.client, self.oidc.secret, scope=SCOPE, redirect_uri=back, state=state, code_challenge_method="S256"
        )

    def _document(self) -> dict[str, Any]:
        try:
            reply = requests.get(f"{self.oidc.issuer}/.well-known/openid-configuration", timeout=TIMEOUT_S, allow_redirects=False)
            reply.raise_for_status()
            document: dict[str, Any] = reply.json()
            if document["issuer"].removesuffix("/") != self.oidc.issuer:
                raise ValueError("another issuer")
        except (requests.RequestException, KeyError, ValueError, AttributeError) as error:
            raise Refused("identity-failed", FAILED, status=403) from error
        return document

    def _claims(self, id_token: str, document: dict[str, Any], nonce: str) -> dict[str, Any]:
        keys = requests.get(document["jwks_uri"], timeout=TIMEOUT_S, allow_redirects=False).json()
        decoded = jwt.decode(id_token, KeySet.import_key_set(keys), algorithms=ALGORITHMS)
        registry = jwt.JWTClaimsRegistry(
            leeway=LEEWAY_S,
            iss={"essential": True, "value": document["issuer"]},
            aud={"essential": True, "value": self.oidc.client},
            exp={"essential": True},
            nonce={"essential": True, "value": nonce},
            sub={"essential": True},
        )
        registry.validate(decoded.claims)
        return dict(decoded.claims)
