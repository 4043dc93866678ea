# SPDX-License-Identifier: GPL-3.0-or-later
"""Something to tell an account."""

from __future__ import annotations

from dataclasses import dataclass

from dirserver.model.notice import NoticeKind
from dirserver.store.delivery.notices import MOST_NAMES, NoticeRow


@dataclass(frozen=True, slots=True)
class News:
    """See ``model.notice.Notice`` for what it is made of."""

    kind: NoticeKind
    about: str
    names: tuple[str, ...]
    count: int = 1
    remark: str = ""

    def row(self, account_id: int, actor: str, at_us: int) -> NoticeRow:
        """Return it as it is stored for an account."""
        return NoticeRow(0, account_id, self.kind, self.about, actor, self.names[:MOST_NAMES], self.count, self.remark, at_us)
