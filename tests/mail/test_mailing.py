# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import pytest

from dirserver.errors import BadInput, Unavailable
from dirserver.mail.mailing import Fate
from dirserver.model.letter import Letter, Matter
from tests.mail.conftest import SEALER, Post


def test_an_operator_tries_mail_and_is_told_what_the_server_says(post: Post) -> None:
    post.mailing.test("boss@example.com", language="eo")
    assert post.box.arrived[0]["Subject"].startswith("Provo")
    post.box.refused["gone@example.com"] = "550 gone"
    with pytest.raises(Unavailable, match="550 gone"):
        post.mailing.test("gone@example.com")
    for bad in ("", "nobody", "a@b\r\nBcc: c@d"):
        with pytest.raises(BadInput):
            post.mailing.test(bad)


def test_the_queue_tells_where_letters_stand_and_nothing_that_they_say(post: Post) -> None:
    post.put(Letter(Matter.INVITATION, {"where": "the attic"}, sealed=SEALER.seal("the-secret")))
    (waiting,) = post.mailing.queue()
    assert (waiting.login, waiting.recipient, waiting.matter, waiting.fate) == ("ada", "ada@example.com", "invitation", Fate.WAITING)
    assert waiting.due_at == waiting.posted_at
    assert "attic" not in repr(waiting)
    post.courier.step()
    (sent,) = post.mailing.queue()
    assert (sent.fate, sent.due_at, sent.reason) == (Fate.SENT, None, "")
