# SPDX-License-Identifier: GPL-3.0-or-later
"""/proposals, and what a change answers of which some waits."""

from io import BytesIO

import pytest
from PIL import Image

from dirserver.model.approval import Approver
from dirserver.model.principal import Principal
from dirserver.wiring import Parts


@pytest.fixture(autouse=True)
def rules(parts: Parts) -> None:
    with parts.directory.writing(Principal.system()) as writing:
        for name in ("title", "jpegPhoto"):
            writing.proposals.let_wait(writing.book("people"), name, Approver.parse("manager"))


@pytest.fixture
def photo() -> bytes:
    out = BytesIO()
    Image.new("RGB", (40, 40), "navy").save(out, "PNG")
    return out.getvalue()


def test_a_change_that_waits_is_accepted_and_made_when_it_is_approved(ada, as_, photo):
    told = ada.ok("PATCH", "/me", status=202, json={"attributes": {"title": "Queen", "mobile": "+49 151 1234567"}})
    (waiting,) = told["waiting"]
    assert (waiting["field"], waiting["approver"], waiting["wanted"]) == ("title", "manager", {"title": ["Queen"]})
    assert (told["entry"]["attributes"]["title"], told["entry"]["attributes"]["mobile"]) == (["Account Manager"], ["+49 151 1234567"])
    ada.ok("PUT", "/people/ada/photo", status=202, data=photo)
    ada.refused("POST", f"/proposals/{waiting['number']}/approve", 403, json={})
    bruno, dov = as_("bruno"), as_("dov")
    assert dov.ok("GET", "/proposals") == {"to_decide": [], "mine": []}
    dov.refused("POST", f"/proposals/{waiting['number']}/approve", 404, json={})
    assert [one["field"] for one in bruno.ok("GET", "/proposals")["to_decide"]] == ["title", "jpegPhoto"]
    assert bruno.ok("POST", f"/proposals/{waiting['number']}/approve", json={})["state"] == "approved"
    bruno.refused("POST", f"/proposals/{waiting['number']}/approve", 409, json={})
    assert ada.ok("GET", "/me")["entry"]["attributes"]["title"] == ["Queen"]
    (picture, _) = ada.ok("GET", "/proposals")["mine"]
    assert bruno.ok("POST", f"/proposals/{picture['number']}/refuse", json={"reason": "Too dark"})["state"] == "refused"
    assert [(one["state"], one["reason"]) for one in ada.ok("GET", "/proposals")["mine"]] == [("refused", "Too dark"), ("approved", "")]


def test_my_own_proposal_can_be_taken_back(ada):
    (waiting,) = ada.ok("PATCH", "/people/ada", status=202, json={"attributes": {"title": "Queen"}})["waiting"]
    assert ada.ok("POST", f"/proposals/{waiting['number']}/withdraw")["state"] == "withdrawn"
