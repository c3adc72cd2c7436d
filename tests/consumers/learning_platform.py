"""A learning platform as others wrote it (lti1p3platform, from Open edX's): it sends people to the archive, reads what teachers
chose there, and registers the archive. The browser between them is `requests`, which keeps no cookie."""

import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qsl, urlencode, urljoin, urlsplit

import requests
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from lti1p3platform.ltiplatform import LTI1P3PlatformConfAbstract
from lti1p3platform.message_launch import LTIAdvantageMessageLaunchAbstract
from lti1p3platform.oidc_login import OIDCLoginAbstract
from lti1p3platform.registration import Registration
from lti1p3platform.request import Request
from lxml import html

CLAIM = "https://purl.imsglobal.org/spec/lti/claim/"
DEEP = "https://purl.imsglobal.org/spec/lti-dl/claim/"
ROLES = "http://purl.imsglobal.org/vocab/lis/v2/membership#"
TEACHER, PUPIL = f"{ROLES}Instructor", f"{ROLES}Learner"
CLIENT, DEPLOYMENT = "archive-1", "7"
ENGLISH = {"accept-language": "en"}
# How long an answer may take on a slow and busy machine, in seconds.
PATIENCE = 60


def key_pair():
    """A private and a public key, as PEM."""
    private = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    pem = serialization.Encoding.PEM
    return (
        private.private_bytes(pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()).decode(),
        private.public_key().public_bytes(pem, serialization.PublicFormat.SubjectPublicKeyInfo).decode(),
    )


class Asked(Request):
    """What the archive sent the browser with, as the library wants it."""

    def build_metadata(self, request):
        return {"method": "GET", "form_data": {}, "get_data": request, "headers": {}, "path": "/auth", "json": None}


class Login(OIDCLoginAbstract):
    def set_lti_message_hint(self, **hint):
        self._lti_message_hint = json.dumps(hint)

    def get_redirect(self, url):
        return url


class Launch(LTIAdvantageMessageLaunchAbstract):
    def render_launch_form(self, launch_data, **_):
        return launch_data


class Settings(LTI1P3PlatformConfAbstract):
    def init_platform_config(self, **about):
        self._about = about

    def get_registration_by_params(self, **_):
        about = self._about
        return (
            Registration()
            .set_iss(about["issuer"])
            .set_client_id(about["client"])
            .set_deployment_id(DEPLOYMENT)
            .set_launch_url(about["archive"] + "/lti/launch")
            .set_deeplink_launch_url(about["archive"] + "/lti/launch")
            .set_oidc_login_url(about["archive"] + "/lti/login")
            .set_tool_key_set_url(about["archive"] + "/lti/jwks.json")
            .set_platform_private_key(about["private"])
            .set_platform_public_key(about["public"])
        )


class LearningPlatform:
    """Sends people to the archive at `archive`; listens at `url`."""

    def __init__(self, archive):
        self.archive = archive
        self.client = CLIENT
        self.private, self.public = key_pair()
        self.registrations = []
        platform = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self):
                self.say({"/jwks": platform.keys, "/configuration": platform.configuration}.get(self.path, dict)())

            def do_POST(self):
                sent = json.loads(self.rfile.read(int(self.headers["content-length"])))
                platform.registrations.append((self.headers["authorization"], sent))
                self.say(sent | {"client_id": "given-9"}, 201)

            def say(self, answer, status=200):
                content = json.dumps(answer).encode()
                self.send_response(status)
                self.send_header("content-type", "application/json")
                self.send_header("content-length", str(len(content)))
                self.end_headers()
                self.wfile.write(content)

            def log_message(self, *_):
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._server.server_port}"
        self._thread = threading.Thread(target=self._server.serve_forever, daemon=True)
        self._thread.start()

    def close(self):
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()

    def settings(self, **other):
        about = {"issuer": self.url, "client": self.client, "archive": self.archive}
        return Settings(**about | {"private": self.private, "public": self.public} | other)

    def keys(self):
        settings = self.settings()
        settings.get_registration()
        return settings.get_jwks()

    def configuration(self):
        """LTI Dynamic Registration 1.0 §3.5."""
        return {
            "issuer": self.url,
            "authorization_endpoint": f"{self.url}/auth",
            "registration_endpoint": f"{self.url}/register",
            "jwks_uri": f"{self.url}/jwks",
            "token_endpoint": f"{self.url}/token",
            "token_endpoint_auth_methods_supported": ["private_key_jwt"],
            "token_endpoint_auth_signing_alg_values_supported": ["RS256"],
            "scopes_supported": ["openid"],
            "response_types_supported": ["id_token"],
            "subject_types_supported": ["public", "pairwise"],
            "id_token_signing_alg_values_supported": ["RS256"],
            "claims_supported": ["sub", "iss", "name", "email"],
            "https://purl.imsglobal.org/spec/lti-platform-configuration": {
                "product_family_code": "school",
                "version": "1",
                "messages_supported": [{"type": "LtiResourceLinkRequest"}, {"type": "LtiDeepLinkingRequest"}],
                "variables": [],
            },
        }

    def begin(self, target=None, **other):
        """The first request of a launch, as far as the archive sends the browser: its answer."""
        login = Login(None, self.settings(**other))
        login.set_lti_message_hint(activity=3)
        if target:
            login.set_launch_url(target)
        return requests.get(login.initiate_login("user-12"), headers=ENGLISH, allow_redirects=False, timeout=PATIENCE)

    def token(self, asked, role=PUPIL, target=None, custom=None, choosing=None, claims=None, expires=300, **other):
        """What the browser posts to the archive after that. `choosing`: the types of what a teacher may choose."""
        launch = Launch(Asked(asked), self.settings(**other))
        launch.set_user_data("user-12", [role])
        launch.set_launch_presentation_claim("iframe", f"{self.url}/course/4")
        launch.set_id_token_expiration(expires)
        if choosing is None:
            launch.set_resource_link_claim("activity-3")
        else:
            launch.set_dl(f"{self.url}/chosen", "", "", set(choosing), "of-the-course")
        if target:
            launch.set_launch_url(target)
        if custom:
            launch.set_custom_parameters_claim(custom)
        launch.set_extra_claims(claims or {})
        sent = launch.lti_launch()
        if sent.pop("launch_url") != f"{self.archive}/lti/launch":
            raise AssertionError("the archive wants the launch elsewhere")
        return sent

    def come(self, target=None, **about):
        """Somebody comes from the platform: the archive's answer to their launch."""
        answer = self.begin(target)
        asked = self.asked(answer)
        return self.post(self.token(asked, target=target, **about))

    def asked(self, answer):
        """What the archive asks the platform for."""
        if answer.status_code != 302:
            raise AssertionError(f"{answer.status_code}: {answer.text[:2000]}")
        there = urlsplit(answer.headers["location"])
        if f"{there.scheme}://{there.netloc}{there.path}" != f"{self.url}/auth":
            raise AssertionError(answer.headers["location"])
        return dict(parse_qsl(there.query))

    def post(self, form):
        """As the platform's own page does: from another site."""
        headers = ENGLISH | {"origin": self.url, "sec-fetch-site": "cross-site"}
        return requests.post(f"{self.archive}/lti/launch", form, headers=headers, allow_redirects=False, timeout=PATIENCE)

    def chosen(self, form):
        """What a teacher chose, by the form that the archive shows them: the items, if the archive signed them."""
        settings = self.settings()
        settings.get_registration()
        return settings.validate_deeplinking_resp(form)


class Page:
    """A page of the archive's, as somebody without scripts or cookies sees it."""

    def __init__(self, url, status=200):
        self.answer = requests.get(url, timeout=PATIENCE)
        if self.answer.status_code != status:
            raise AssertionError(f"{url} answers {self.answer.status_code}: {self.answer.text[:2000]}")
        self.url = self.answer.url
        self.root = html.document_fromstring(self.answer.text)

    @property
    def text(self):
        return self.root.text_content()

    def follow(self, link):
        """Goes to the first link whose text has `link` in it."""
        for found in self.root.iter("a"):
            if link in found.text_content():
                return Page(urljoin(self.url, found.get("href")))
        raise AssertionError(f"no link {link!r} in {self.answer.text[:4000]}")

    def send(self, css, **fields):
        """Sends the form that a class names, with these fields besides what it has."""
        form = self.form(css)
        values = [(name, value) for name, value in form.form_values() if name not in fields]
        for name, value in fields.items():
            values += [(name, one) for one in (value if isinstance(value, list) else [value])]
        return Page(f"{urljoin(self.url, form.action)}?{urlencode(values)}")

    def form(self, css):
        for form in self.root.forms:
            if css in (form.get("class") or "").split() or css in (form.getparent().get("class") or "").split():
                return form
        raise AssertionError(f"no form {css!r} in {self.answer.text[:4000]}")
