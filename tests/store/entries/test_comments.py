# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

from dirserver.store.entries import comments
from dirserver.store.entries.comments import CommentRow
from tests.cast import Company, uuid_of
from tests.parts import CoreParts


def test_a_private_comment_is_found_by_its_author_alone(parts: CoreParts, company: Company) -> None:
    ada, dov = company.ada.account_id, company.dov.account_id
    uuid = uuid_of("zoe")
    with parts.store.writing() as tx:
        secret = comments.add(tx, CommentRow(0, uuid, ada, True, "secret", 5, 5))
        shared = comments.add(tx, CommentRow(0, uuid, ada, False, "shared", 6, 6))
        assert [one.id for one in comments.on(tx, uuid, ada, with_shared=False)] == [secret, shared]
        assert [(one.id, one.login) for one in comments.on(tx, uuid, dov, with_shared=True)] == [(shared, "ada")]
        assert comments.on(tx, uuid, dov, with_shared=False) == ()
        assert (comments.count(tx, uuid, ada, with_shared=True), comments.count(tx, uuid, dov, with_shared=True)) == (2, 1)
        assert not comments.change(tx, secret, dov, "mine now", 7)
        assert not comments.drop(tx, shared, dov)
        assert comments.change(tx, secret, ada, "still secret", 7)
        assert [(one.text, one.made_us, one.changed_us) for one in comments.by_author(tx, ada)] == [
            ("still secret", 5, 7),
            ("shared", 6, 6),
        ]
        assert comments.drop(tx, secret, ada)
