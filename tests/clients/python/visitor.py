"""The user's browser, as far as our pages need one: cookies, forms, and going where it is sent."""

import re
from html import unescape
from urllib.parse import urlsplit

import requests


class Visitor:
    """A browser of one user."""

    def __init__(self, issuer, username, password):
        self.origin = "{0.scheme}://{0.netloc}".format(urlsplit(issuer))
        self.username, self.password = username, password
        self.session = requests.Session()
        # A proxy of the machine has no business here.
        self.session.trust_env = False

    def allow(self, url):
        """Signs in, allows what the client asks for, and returns where the client is answered."""
        login = self._land(self._get(url))
        assert "Sign in</h1>" in login, login
        sign_in = {"username": self.username, "password": self.password, "action": "sign-in"}
        consent = self._submit(login, sign_in)
        assert "Allow access" in consent, consent
        return self._away(self._submit(consent, {"action": "allow"}))

    def cancel(self, url):
        """Leaves at the first page."""
        return self._away(self._submit(self._land(self._get(url)), {"action": "cancel"}))

    def leave_to(self, url):
        """Goes to a URL at which nobody is asked anything."""
        return self._away(self._land(self._get(url)))

    def _get(self, url):
        return self.session.get(url, allow_redirects=False)

    def _submit(self, page, fields):
        action = unescape(re.search(r'<form method="post" action="([^"]+)"', page)[1])
        hidden = re.findall(r'<input type="hidden" name="([^"]*)" value="([^"]*)"', page)
        data = {name: unescape(value) for name, value in hidden} | fields
        headers = {"Origin": self.origin, "Sec-Fetch-Site": "same-origin"}
        return self._land(self.session.post(action, data=data, headers=headers, allow_redirects=False))

    def _land(self, answer):
        """A page's text, or a URL of somebody else."""
        for _ in range(10):
            location = answer.headers.get("Location")
            if location is None:
                return answer.text
            if not location.startswith(self.origin + "/"):
                return location
            answer = self._get(location)
        raise AssertionError(f"sent in circles: {location}")

    def _away(self, landing):
        assert landing.startswith("http://127.0.0.1/"), landing
        return landing
