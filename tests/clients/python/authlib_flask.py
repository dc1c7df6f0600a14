"""Authlib in a Flask application, as its documentation says: each kind of client."""

import json
import os
import warnings
from pathlib import Path
from urllib.parse import parse_qs, urlencode, urlsplit, urlunsplit

from authlib.integrations.flask_client import OAuth, OAuthError
from authlib.oauth2.rfc7523 import PrivateKeyJWT
from flask import Flask, jsonify, request, session
from joserfc import jws
from joserfc.jwk import RSAKey
from visitor import Visitor

ISSUER, SECRET = os.environ["ISSUER"], os.environ["CLIENT_SECRET"]
CALLBACK, SIGNED_OUT = "http://127.0.0.1/callback", "http://127.0.0.1/signed-out"
SCOPE = "openid profile email offline_access read"
# RFC 9864 has another name for it, which few know yet.
warnings.filterwarnings("ignore", message="EdDSA is deprecated")
CLIENTS = [
    ("native", "RS256", "none"),
    ("native-es256", "ES256", "none"),
    ("native-eddsa", "EdDSA", "none"),
    ("web-basic", "RS256", "client_secret_basic"),
    ("web-post", "RS256", "client_secret_post"),
    ("web-endpoint", "RS256", "private_key_jwt"),
]
with open(Path(__file__).parent.parent / "keys" / "private.json", encoding="utf-8") as file:
    KEY = RSAKey.import_key(json.load(file)["RS256"])


def application(client_id, method):
    """A web application of the client, whose users sign in at the server."""
    app = Flask(client_id)
    app.testing, app.secret_key = True, os.urandom(32)
    rp = OAuth(app).register(
        "acme",
        client_id=client_id,
        client_secret={"none": None, "private_key_jwt": KEY}.get(method, SECRET),
        server_metadata_url=f"{ISSUER}/.well-known/openid-configuration",
        client_kwargs={
            "scope": SCOPE,
            "code_challenge_method": "S256",
            "token_endpoint_auth_method": method,
            "trust_env": False,
        },
        client_auth_methods=[PrivateKeyJWT()],
    )

    @app.get("/login")
    def login():
        return rp.authorize_redirect(CALLBACK, **request.args)

    @app.get("/callback")
    def callback():
        try:
            token = rp.authorize_access_token()
        except OAuthError as error:
            return jsonify(error=error.error), 400
        session["id_token"] = token["id_token"]
        told = rp.userinfo(token=token)
        fresh = rp._get_oauth_client(**rp.load_server_metadata()).refresh_token(
            refresh_token=token["refresh_token"]
        )
        again = rp.userinfo(token=fresh)
        return jsonify(claims=token["userinfo"], told=told, again=again, token=token)

    @app.get("/logout")
    def logout():
        return rp.logout_redirect(SIGNED_OUT, id_token_hint=session["id_token"])

    @app.get("/signed-out")
    def signed_out():
        return rp.validate_logout_response()

    return app.test_client()


def whole_life(client_id, alg, method):
    """Login, claims, userinfo, refresh (which sends the scope again) and sign-out."""
    browser, visitor = application(client_id, method), new_visitor()
    answer = browser.get(path(visitor.allow(browser.get("/login").location)))
    assert answer.status_code == 200, answer.text
    said = answer.json
    assert said["claims"]["iss"] == ISSUER and said["claims"]["at_hash"], said
    assert said["told"]["email"] == "agnes@example.com", said
    assert said["told"]["sub"] == said["again"]["sub"] == said["claims"]["sub"], said
    assert header(said["token"]["id_token"])["alg"] == alg, said
    back = visitor.leave_to(browser.get("/logout").location)
    assert back.startswith(f"{SIGNED_OUT}?state="), back
    assert browser.get(path(back)).status_code == 200


def negatives(client_id, method):
    """Whatever is not as it was is noticed, by the library or the server."""
    browser, visitor = application(client_id, method), new_visitor()
    answer = browser.get(path(visitor.cancel(browser.get("/login").location)))
    assert answer.json == {"error": "access_denied"}, answer.text

    back = visitor.allow(browser.get("/login?prompt=consent").location)
    answer = browser.get(path(back.replace("state=", "state=x")))
    assert answer.json == {"error": "mismatching_state"}, answer.text

    # Another challenge than that of the verifier.
    begun = urlsplit(browser.get("/login").location)
    query = parse_qs(begun.query) | {"code_challenge": ["A" * 43], "prompt": ["consent"]}
    changed = urlunsplit(begun._replace(query=urlencode(query, doseq=True)))
    answer = browser.get(path(new_visitor().allow(changed)))
    assert answer.json == {"error": "invalid_grant"}, answer.text


def new_visitor():
    return Visitor(ISSUER, "authlib", os.environ["PASSWORD"])


def path(url):
    parts = urlsplit(url)
    return f"{parts.path}?{parts.query}"


def header(token):
    return jws.extract_compact(token.encode()).headers()


for client_id, alg, method in CLIENTS:
    whole_life(client_id, alg, method)
    print(f"ok  Authlib: {client_id}, {alg}")
    negatives(client_id, method)
    print(f"ok  Authlib: {client_id} notices what was changed")
