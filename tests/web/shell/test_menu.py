# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

from flask import Flask, g

from dirserver.web.shell.menu import Place, deciders, install


def test_a_place_is_offered_to_those_whom_it_is_for() -> None:
    app = Flask(__name__)
    app.extensions["dirserver.parts"] = None
    install(app, (Place("For all", "a", "book"), Place("For some", "b", "check", deciders, counts="unread")))
    with app.test_request_context("/"):
        places = app.jinja_env.globals["places"]
        assert [place.label for place in places()] == ["For all"]
        g.is_decider = True
        assert [(place.label, place.counts) for place in places()] == [("For all", ""), ("For some", "unread")]
