# SPDX-License-Identifier: GPL-3.0-or-later
"""The schema of the second factor; the rules of ``tables`` hold here too. Secrets are sealed or hashed before they come here."""

from __future__ import annotations

from sqlalchemy import Boolean, Column, ForeignKey, Integer, LargeBinary, Table, Text

from dirserver.store.schema.tables import Big, Key, metadata

totp_seed = Table(
    "totp_seed",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("account_id", Integer, ForeignKey("account.id"), nullable=False, index=True),
    # Which key it is sealed under: that key lies outside the database.
    Column("key_id", Text, nullable=False),
    Column("sealed", Text, nullable=False),
    # The last time step of which a code was taken (RFC 6238 section 5.2: each code once).
    Column("last_step", Big, nullable=False, server_default="0"),
    Column("created_us", Big, nullable=False),
    # None while it is being set up: a first code confirms it.
    Column("confirmed_us", Big),
)

recovery_code = Table(
    "recovery_code",
    metadata,
    Column("digest", Key, primary_key=True),
    Column("account_id", Integer, ForeignKey("account.id"), nullable=False, index=True),
)

passkey = Table(
    "passkey",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("account_id", Integer, ForeignKey("account.id"), nullable=False, index=True),
    # The authenticator's name for it, base64url.
    Column("credential_id", Key, nullable=False, unique=True),
    Column("public_key", LargeBinary, nullable=False),
    Column("sign_count", Big, nullable=False),
    Column("label", Text, nullable=False),
    Column("is_synced", Boolean, nullable=False),
    Column("created_us", Big, nullable=False),
    Column("last_used_us", Big),
    Column("last_used_address", Text, nullable=False, server_default=""),
)

half_sign_in = Table(
    "half_sign_in",
    metadata,
    Column("digest", Key, primary_key=True),
    Column("account_id", Integer, ForeignKey("account.id"), nullable=False, index=True),
    Column("stamp", Integer, nullable=False),
    Column("failures", Integer, nullable=False, server_default="0"),
    Column("expires_us", Big, nullable=False),
)
"""The first step of a sign-in is done, the second is not: no session yet."""

challenge = Table(
    "challenge",
    metadata,
    Column("digest", Key, primary_key=True),
    Column("purpose", Text, nullable=False),
    # Whose it is: a session's or a half sign-in's hash, empty where nobody is known yet.
    Column("bound_to", Key, nullable=False),
    Column("expires_us", Big, nullable=False),
)
"""What a passkey has to sign, once (WebAuthn section 13.4.3)."""
