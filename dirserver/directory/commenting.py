# SPDX-License-Identifier: GPL-3.0-or-later
"""Comments on entries: private ones, which nobody but their author ever sees, and shared ones among those who may edit the entry.

They are no part of the card, so there is nothing to hide at any other door. The person whom an entry is about may edit it and hence
reads what is shared about them.
"""

from __future__ import annotations

from dataclasses import replace

from dirserver.directory.ledger.ledger import Ledger
from dirserver.directory.views.asking import Asking
from dirserver.directory.views.entry import Entry, moment
from dirserver.errors import BadInput, NotAllowed, NotFound, TooLarge
from dirserver.model.book import Level
from dirserver.model.comment import Comment
from dirserver.store.entries import comments
from dirserver.store.entries.comments import CommentRow

MOST_CHARACTERS = 4_000
MOST_OF_ONE = 200
"""So many comments one account may make on one entry."""


class Comments:
    """What the asker may read of comments."""

    def __init__(self, asking: Asking) -> None:
        self._asking = asking

    def on(self, entry: Entry) -> tuple[Comment, ...]:
        """Return the comments on an entry (that the asker was given), oldest first."""
        account_id = self._asking.standing.account_id
        if not account_id:
            return ()
        return tuple(map(self._shown, comments.on(self._asking.tx, entry.uuid, account_id, with_shared=may_share(entry))))

    def count(self, entry: Entry) -> int:
        """Count them."""
        account_id = self._asking.standing.account_id
        return comments.count(self._asking.tx, entry.uuid, account_id, with_shared=may_share(entry)) if account_id else 0

    def mine(self) -> tuple[Comment, ...]:
        """Return all that the asker noted, also about entries that don't show any more."""
        account_id = self._asking.standing.account_id
        return tuple(map(self._shown, comments.by_author(self._asking.tx, account_id))) if account_id else ()

    def _shown(self, row: CommentRow) -> Comment:
        is_own = row.account_id == self._asking.standing.account_id
        return Comment(row.id, row.entry_uuid, row.login, row.text, row.is_private, moment(row.made_us), moment(row.changed_us), is_own)


class Commenting(Comments):
    """Writing comments, as the asker."""

    def __init__(self, asking: Asking, ledger: Ledger) -> None:
        super().__init__(asking)
        self._ledger = ledger

    def add(self, entry: Entry, text: str, *, is_private: bool) -> Comment:
        """Note something about an entry (that the asker was given), and return it. NotAllowed to share where one may not edit it."""
        account_id = self._account_id()
        if not is_private and not may_share(entry):
            raise NotAllowed("only who may edit this entry may share comments on it")
        mine = [row for row in comments.on(self._asking.tx, entry.uuid, account_id, with_shared=False) if row.account_id == account_id]
        if len(mine) >= MOST_OF_ONE:
            raise TooLarge(f"you have {MOST_OF_ONE} comments on this entry; remove some first", MOST_OF_ONE)
        at_us = self._ledger.at_us
        row = CommentRow(0, entry.uuid, account_id, is_private, _checked(text), at_us, at_us, self._ledger.principal.login)
        return self._shown(replace(row, id=comments.add(self._ledger.tx, row)))

    def one(self, number: int) -> Comment:
        """Return one of one's own comments. NotFound for anybody else's."""
        row = next((one for one in comments.by_author(self._asking.tx, self._account_id()) if one.id == number), None)
        if row is None:
            raise NotFound("there is no such comment")
        return self._shown(row)

    def change(self, number: int, text: str) -> None:
        """Write one of one's own comments anew. NotFound for anybody else's."""
        if not comments.change(self._ledger.tx, number, self._account_id(), _checked(text), self._ledger.at_us):
            raise NotFound("there is no such comment")

    def drop(self, number: int) -> None:
        """Remove one of one's own comments. NotFound for anybody else's."""
        if not comments.drop(self._ledger.tx, number, self._account_id()):
            raise NotFound("there is no such comment")

    def _account_id(self) -> int:
        if not self._asking.standing.account_id:
            raise NotAllowed("sign in to comment")
        return self._asking.standing.account_id


def may_share(entry: Entry) -> bool:
    """Tell whether who was given this entry reads and writes what is shared about it."""
    return entry.view.level >= Level.EDIT


def _checked(text: str) -> str:
    plain = "".join(each for each in text.replace("\r\n", "\n").strip() if each.isprintable() or each in "\n\t")
    if not plain:
        raise BadInput("there is nothing in this comment")
    if len(plain) > MOST_CHARACTERS:
        raise TooLarge(f"a comment may have {MOST_CHARACTERS} characters", MOST_CHARACTERS)
    return plain
