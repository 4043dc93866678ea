# SPDX-License-Identifier: GPL-3.0-or-later
"""Every page that links lead to, in a real browser: no fault that axe finds in light or dark, none wider than a phone, no broken policy."""

from collections.abc import Callable
from urllib.parse import urljoin, urlsplit

import pytest
from flask import Flask
from playwright.sync_api import Page
from werkzeug.exceptions import HTTPException

from tests.web.accessibility import faults
from tests.web.visitor import Visitor

pytestmark = pytest.mark.e2e

_NARROW = 320
_MOST = 120


def pages_of(app: Flask, visitor: Visitor, start: str = "/") -> list[str]:
    """Follow the links from a page: one address of each kind of page (the route, and the names of what is asked for)."""
    routes = app.url_map.bind("localhost")
    seen: set[tuple[str, frozenset[str]]] = set()
    waiting, found = [start], []
    while waiting and len(found) < _MOST:
        path = waiting.pop(0)
        try:
            endpoint, values = routes.match(urlsplit(path).path)
        except HTTPException:
            continue
        asked = frozenset(each.partition("=")[0] for each in urlsplit(path).query.split("&") if each)
        kind = (f"{endpoint} {'people' if values.get('slug') == 'people' else ''}", asked)
        if kind in seen or endpoint == "static":
            continue
        seen.add(kind)
        page = visitor.open(path)
        if page.status == 200 and page.html.startswith("<!doctype"):
            found.append(path)
        waiting += [urljoin(path, link) for link in (*page.links, page.location) if link and not urlsplit(link).scheme]
    return found


@pytest.mark.parametrize("login", ["ada", "admin"])
def test_every_page_is_for_everybody(
    app: Flask, visit: Callable[..., Page], signed_in: Callable[[str], Visitor], login: str, photo: bytes, change: Callable[..., object]
):
    change("bruno", jpegPhoto=photo)
    paths = pages_of(app, signed_in(login))
    assert len(paths) > 5
    page = visit("/", login=login, width=_NARROW)
    found = []
    for path in paths:
        page.goto(path)
        found += [f"{path}: {fault}" for fault in faults(page)]
    assert not found, "\n".join(found)


def test_a_page_for_nobody_in_particular_is_for_everybody(visit: Callable[..., Page]):
    page = visit("/", width=_NARROW)
    page.context.clear_cookies()
    page.goto("/sign-in")
    assert faults(page) == []
