# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import dataclasses

import pytest

from dirserver.ldap.wire.message import BindRequest, DeleteRequest, ExtendedRequest, Message, Request, Response


def test_passwords_stay_out_of_what_is_printed() -> None:
    bind = BindRequest(3, "ada", b"secret-word", None, b"secret-word")
    assert "secret-word" not in repr(Message(1, bind))
    assert "secret-word" not in repr(ExtendedRequest("1.2", b"secret-word"))


def test_messages_are_frozen() -> None:
    with pytest.raises(dataclasses.FrozenInstanceError):
        DeleteRequest("cn=x").name = "cn=y"  # type: ignore[misc]


def test_each_request_that_has_an_answer_has_one_response() -> None:
    silent = {Request.UNBIND, Request.ABANDON}
    assert {request.name for request in Request if request not in silent} <= {response.name for response in Response} | {"SEARCH"}
