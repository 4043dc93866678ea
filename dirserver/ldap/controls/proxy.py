# SPDX-License-Identifier: GPL-3.0-or-later
"""The control of proxied authorization (RFC 4370): as whom one request is to be made. Who may is ``ldap.acting``'s to say."""

from __future__ import annotations

from dirserver.ldap.wire.ber import ProtocolError
from dirserver.ldap.wire.message import Control

OID = "2.16.840.1.113730.3.4.18"
EXTENSIONS = frozenset({"1.3.6.1.4.1.4203.1.11.3"})
"""Extended operations that may be made so: "Who am I?" alone. A password is changed by its owner, or by an administrator as such."""


def read(control: Control) -> str:
    """Read the authorization identity. Raises ProtocolError, also where the control isn't critical (RFC 4370 section 3)."""
    if not control.is_critical or control.value is None:
        raise ProtocolError("the control of proxied authorization must be critical and name somebody")
    try:
        return control.value.decode()
    except UnicodeDecodeError:
        raise ProtocolError("an authorization identity is not UTF-8") from None
