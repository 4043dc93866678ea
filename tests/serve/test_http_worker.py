# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

from dirserver.model.principal import Door, Principal
from dirserver.serve.http_worker import made
from dirserver.serve.turns import Turns
from dirserver.wiring import wire
from tests.cast import make_company
from tests.web.folder import make_parts


def test_a_worker_is_ready_for_its_first_visitor(tmp_path):
    parts = make_parts(tmp_path)
    ada = make_company(parts).ada
    parts.identity.open_session(Principal(Door.WEB, ada.account_id, ada.login), address="127.0.0.1")
    parts.close()
    parts = wire(parts.config)
    pages = made(parts, Turns(4))._doors.pages
    parts.directory.crowds.settle()
    assert parts.directory.crowds._held, "who was here last would be answered by SQL"
    compiled = {name for _, name in pages.jinja_env.cache}
    assert {"people/list.html", "people/results.html"} <= compiled, "the first visitor would wait until they are"
    parts.close()
