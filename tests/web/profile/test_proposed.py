# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

from dirserver.model.approval import Approver
from dirserver.model.modification import Modification, Operation
from dirserver.model.principal import Door, Principal
from dirserver.web.profile.proposed import told
from tests.cast import principal, uuid_of


def test_a_proposal_is_told_as_pages_write_numbers_and_photos(app, parts, photo):
    with parts.directory.writing(Principal.system()) as writing:
        for name in ("mobile", "jpegPhoto"):
            writing.proposals.let_wait(writing.book("people"), name, Approver.parse("stewards"))
    with parts.directory.writing(principal(parts.identity, "ada", Door.WEB)) as writing, app.test_request_context("/"):
        wanted = [Modification("mobile", Operation.REPLACE, ("+34912345678",)), Modification("jpegPhoto", Operation.REPLACE, (photo,))]
        writing.modify(uuid_of("ada"), wanted)
        number, picture = sorted((told(one) for one in writing.held), key=lambda one: one.changes[0].label, reverse=False)
    assert [(one.label, one.wanted) for one in number.changes] == [("Mobile", ("+34 912 34 56 78",))]
    assert (number.stage, number.approver, number.by) == ("waits", "those who look after the list", "ada")
    before, after = picture.changes[0].pictures
    assert (before, len(after), picture.changes[0].wanted) == ("", 64, ())
