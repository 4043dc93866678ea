# SPDX-License-Identifier: GPL-3.0-or-later
"""Configuration profiles for iPhone, iPad and Mac (Apple, *Device Management: Configuration Profiles*).

One file holds the CardDAV account and, where other machines reach it, the LDAP account. Identifiers are the same each time, so
a profile that is installed again takes the place of the one before.
"""

from __future__ import annotations

import plistlib
import uuid

from dirserver.setup.access import DeviceAccess, Server

MEDIA_TYPE = "application/x-apple-aspen-config"
_VERSION = 1


def profile(access: DeviceAccess, secret: str, *, name: str) -> bytes:
    """Return the profile (XML property list) with the accounts of ``access``; ``name`` is what the device calls them.

    ``secret`` is the device password: it stands in the file, as with every profile that asks nothing more.
    """
    # XML has no place for what can't be printed.
    name = "".join(char if char.isprintable() else " " for char in name)
    identifier = f"{'.'.join(reversed(access.domain.split('.')))}.dirserver.{access.login}"
    accounts = [_dav(access, secret, identifier, name)]
    if access.ldap is not None:
        accounts.append(_ldap(access, access.ldap, secret, identifier, name))
    whole = {
        **_payload("Configuration", identifier, access, name),
        "PayloadOrganization": access.domain,
        "PayloadRemovalDisallowed": False,
        "PayloadContent": accounts,
    }
    return plistlib.dumps(whole, sort_keys=False)


def _dav(access: DeviceAccess, secret: str, identifier: str, name: str) -> dict[str, object]:
    return {
        **_payload("com.apple.carddav.account", f"{identifier}.carddav", access, name),
        "CardDAVAccountDescription": name,
        "CardDAVHostName": access.dav.host,
        "CardDAVPort": access.dav.port,
        "CardDAVUseSSL": access.dav.is_safe,
        "CardDAVPrincipalURL": access.path,
        "CardDAVUsername": access.login,
        "CardDAVPassword": secret,
    }


def _ldap(access: DeviceAccess, server: Server, secret: str, identifier: str, name: str) -> dict[str, object]:
    search = {
        "LDAPSearchSettingDescription": name,
        "LDAPSearchSettingSearchBase": access.base,
        "LDAPSearchSettingScope": "LDAPSearchSettingScopeSubtree",
    }
    # There is no key for a port: a name with one is taken as it stands.
    usual = 636 if server.is_safe else 389
    return {
        **_payload("com.apple.ldap.account", f"{identifier}.ldap", access, name),
        "LDAPAccountDescription": name,
        "LDAPAccountHostName": server.host if server.port == usual else f"{server.host}:{server.port}",
        "LDAPAccountUseSSL": server.is_safe,
        "LDAPAccountUserName": access.login,
        "LDAPAccountPassword": secret,
        "LDAPSearchSettings": [search],
    }


def _payload(kind: str, identifier: str, access: DeviceAccess, name: str) -> dict[str, object]:
    return {
        "PayloadType": kind,
        "PayloadVersion": _VERSION,
        "PayloadIdentifier": identifier,
        "PayloadUUID": str(uuid.uuid5(uuid.NAMESPACE_URL, f"{access.dav_url}#{kind}")).upper(),
        "PayloadDisplayName": name,
    }
