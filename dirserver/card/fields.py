# SPDX-License-Identifier: GPL-3.0-or-later
"""The mapping between a Card and the directory's attributes, both ways: what doors, imports and rules use.

The table is ``card.places``; reading it is ``card.projection``, writing through it ``card.patch``.
"""

from __future__ import annotations

from dirserver.card.patch import from_attributes, patch
from dirserver.card.places import field_of, fields_of
from dirserver.card.projection import attributes, octet_attributes
from dirserver.model.modification import Modification, Operation

__all__ = ["Modification", "Operation", "attributes", "field_of", "fields_of", "from_attributes", "octet_attributes", "patch"]
