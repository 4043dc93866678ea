# SPDX-License-Identifier: GPL-3.0-or-later
"""What concerns the asker: what waits for them, what they were told of and noted, and who sees them."""

from __future__ import annotations

from dirserver.directory.changes.deciding import Proposals
from dirserver.directory.commenting import Comments
from dirserver.directory.onlooking import Onlookers
from dirserver.directory.telling import Notices
from dirserver.directory.views.asking import Asking


class Concerns:
    """The asker's own matters, a part of every reading."""

    _asking: Asking

    @property
    def proposals(self) -> Proposals:
        """What waits for somebody's consent, as far as it concerns the asker."""
        return Proposals(self._asking)

    @property
    def notices(self) -> Notices:
        """What the asker was told of."""
        return Notices(self._asking)

    @property
    def comments(self) -> Comments:
        """What the asker may read of comments."""
        return Comments(self._asking)

    @property
    def onlookers(self) -> Onlookers:
        """Who sees what of the asker's own entry."""
        return Onlookers(self._asking)
