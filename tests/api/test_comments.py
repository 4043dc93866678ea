# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import io
import zipfile

from dirserver.identity.tokens import TokenScope


def test_comments_are_written_read_and_removed_by_those_who_may(ada, chika, esme, as_):
    shared = chika.ok("POST", "/people/ada/comments", status=201, json={"text": "back in May", "is_private": False})
    private = chika.ok("POST", "/people/ada/comments", status=201, json={"text": "ask for the badge"})
    assert (shared["by"], shared["is_own"], private["is_private"]) == ("chika", True, True)
    assert [one["text"] for one in ada.ok("GET", "/people/ada/comments")["items"]] == ["back in May"]
    assert esme.ok("GET", "/people/ada/comments")["items"] == []
    esme.refused("POST", "/people/ada/comments", 403, json={"text": "for all", "is_private": False})
    ada.refused("PATCH", f"/comments/{shared['number']}", 404, json={"text": "mine now"})
    assert chika.ok("PATCH", f"/comments/{shared['number']}", json={"text": "back in June"})["text"] == "back in June"
    ada.refused("DELETE", f"/comments/{shared['number']}", 404)
    assert chika("DELETE", f"/comments/{shared['number']}").status_code == 204
    assert ada.ok("GET", "/people/ada/comments")["items"] == []
    as_("chika", TokenScope.READ).refused("POST", "/people/ada/comments", 403, json={"text": "no"})


def test_my_data_is_taken_along_by_a_token_that_is_good_for_it(ada, as_):
    answer = ada("GET", "/me/export")
    with zipfile.ZipFile(io.BytesIO(answer.get_data())) as bundle:
        assert {"entry.vcf", "account.json"} <= set(bundle.namelist())
    as_("ada", TokenScope.READ).refused("GET", "/me/export", 403)
