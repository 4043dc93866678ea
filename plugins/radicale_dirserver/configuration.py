# SPDX-License-Identifier: GPL-3.0-or-later
"""Radicale's configuration, made in code: no file of its own, nothing for an operator to get wrong.

What is switched off, and why: its delays sleep in the worker thread on each refused request, so ten clients would stop the
server (identity throttles instead); its checks of paths refuse ``O'Brien.vcf``; its caches of logins know nothing of revoked
device passwords; predefined collections, sharing, hooks and its pages have no place in a company directory.
"""

from __future__ import annotations

from functools import partial

from radicale import config

from dirserver.directory.directory import Directory
from dirserver.identity.identity import Identity
from radicale_dirserver.auth import Auth
from radicale_dirserver.rights import Rights
from radicale_dirserver.storage import Storage
from radicale_dirserver.tree.properties import MAX_CARD_BYTES
from radicale_dirserver.wire.errors import REALM

DAV_CLASSES = "1, 3, access-control, addressbook"
"""What we answer (RFC 4918 section 18, RFC 3744, RFC 6352 section 6.1): no locks, no calendars, no books made by devices."""

PUSH_CLASS = "webdav-push"
"""One more where changes are told (draft-bitfire-webdav-push section 2)."""


def radicale_configuration(directory: Directory, identity: Identity) -> config.Configuration:
    """Return what Radicale's application is made with; its plugins are given the parts through callables."""
    configuration = config.load()
    configuration.update(
        {
            "auth": {"type": partial(Auth, identity=identity), "realm": REALM, "delay": 0, "urldecode_username": True},
            "storage": {"type": partial(Storage, directory=directory), "predefined_collections": ""},
            "rights": {
                "type": partial(Rights, directory=directory),
                "permit_delete_collection": False,
                "permit_overwrite_collection": False,
            },
            "web": {"type": "none"},
            "server": {
                "delay_on_error": 0,
                "validate_path_value": "none",
                "validate_user_value": "none",
                # A margin above the largest card: Radicale caps one at four fifths of the other.
                "max_content_length": MAX_CARD_BYTES * 2,
                "max_resource_size": MAX_CARD_BYTES,
            },
            "logging": {"level": "warning", "bad_put_request_content": False},
            "headers": {"DAV": DAV_CLASSES},
        },
        "dirserver",
        privileged=True,
    )
    return configuration
