# SPDX-License-Identifier: GPL-3.0-or-later

import re
from collections import deque

import pytest
from flask import Flask

from dirserver.model.principal import Principal
from dirserver.web.app import prepare
from dirserver.wiring import Parts
from tests.web.visitor import Visitor


@pytest.mark.slow
def test_a_walk_over_every_link_changes_nothing(ada: Visitor, parts: Parts):
    """No GET has an effect (Canaille 2026: acting as somebody by GET), no link is dead, and every answer carries its headers.

    The visitor checks those.
    """

    def state() -> tuple[object, ...]:
        with parts.directory.reading(Principal.system()) as reading:
            return reading.change_number(), parts.identity.accounts(), parts.identity.device_passwords("ada")

    before = state()
    seen: set[str] = set()
    waiting = deque(["/", "/me"])
    while waiting:
        path = waiting.popleft()
        if path in seen or not path.startswith("/"):
            continue
        seen.add(path)
        page = ada.open(path)
        assert page.status < 400, path
        waiting.extend([*page.links, page.location])
    assert len(seen) > 40
    assert state() == before


def test_every_unsafe_route_refuses_other_sites(app: Flask, ada: Visitor):
    refused = 0
    for rule in app.url_map.iter_rules():
        path = re.sub(r"<(?:\w+:)?\w+>", "1", rule.rule.replace("<slug>", "clients").replace("<name>", "ada").replace("<token>", "t"))
        for method in rule.methods - {"GET", "HEAD", "OPTIONS"}:
            assert method == "POST"
            assert ada.send(path, {}, headers={"Sec-Fetch-Site": "cross-site"}).status == 403, path
            assert ada.send(path, {}).status == 403, path
            refused += 1
    assert refused >= 10


def test_pages_are_light(nobody: Visitor):
    sizes = {link: len(nobody.open(link).answer.data) for link in nobody.open("/sign-in").links if link.startswith("/static/")}
    assert len(sizes) == 3
    assert sum(sizes.values()) < 40_000


def test_the_first_search_finds_its_templates_compiled(app: Flask, ada: Visitor):
    kept = app.jinja_env.cache
    kept.clear()
    prepare(app)
    known = {name for _, name in kept}
    ada.open("/?q=ada")
    ada.open("/?q=ada&part=results")
    assert {name for _, name in kept if name.startswith("people/")} <= known


def test_a_slash_at_the_end_of_an_address_is_forgiven(ada: Visitor):
    assert ada.open("/me/security/").status == 200
    assert ada.open("/nothing/").status == 404
