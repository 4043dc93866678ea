# SPDX-License-Identifier: GPL-3.0-or-later
"""A program that calls the API."""

from typing import Any

from flask import Flask
from werkzeug.test import TestResponse

from tests.headers import Kind, check


class Caller:
    """Calls with one token; ``ok`` and ``refused`` say what is expected and give the JSON."""

    def __init__(self, app: Flask, token: str | None = None) -> None:
        self._client = app.test_client()
        self._headers = {"Authorization": f"Bearer {token}"} if token else {}

    def __call__(self, method: str, path: str, *, headers: dict[str, str] | None = None, **more: Any) -> TestResponse:
        answer = self._client.open(path, method=method, headers={**self._headers, **(headers or {})}, buffered=True, **more)
        is_secure = str(more.get("base_url", "")).startswith("https")
        check(Kind.API, answer.status_code, answer.headers.items(), path=path, is_secure=is_secure, body=answer.get_data())
        return answer

    def ok(self, method: str, path: str, *, status: int = 200, **more: Any) -> Any:
        answer = self(method, path, **more)
        assert answer.status_code == status, answer.text
        return answer.get_json()

    def refused(self, method: str, path: str, status: int, **more: Any) -> Any:
        answer = self(method, path, **more)
        assert answer.status_code == status, answer.text
        assert answer.mimetype == "application/problem+json"
        told = answer.get_json()
        assert told["status"] == status
        return told
