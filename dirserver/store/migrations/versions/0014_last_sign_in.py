# SPDX-License-Identifier: GPL-3.0-or-later
"""When somebody last signed in at the pages, so that idle accounts are found. What the audit trail knows of it is taken over.

Revision: 0014
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Add the column."""
    op.add_column("account", sa.Column("signed_in_us", BIG))
    op.execute(
        "UPDATE account SET signed_in_us = (SELECT max(at_us) FROM audit_event "
        "WHERE audit_event.target = 'account:' || account.uuid AND audit_event.action = 'sign-in')"
    )
