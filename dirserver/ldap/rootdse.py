# SPDX-License-Identifier: GPL-3.0-or-later
"""The root DSE: what the server is and can do (RFC 4512 section 5.1). Anybody may read it, before any bind."""

from __future__ import annotations

from importlib.metadata import PackageNotFoundError, version

from dirserver.ldap.controls.controls import SUPPORTED
from dirserver.ldap.tree.dit import SUBSCHEMA, Tree
from dirserver.ldap.tree.held import HeldAttribute, HeldEntry

WHO_AM_I = "1.3.6.1.4.1.4203.1.11.3"
PASSWORD_MODIFY = "1.3.6.1.4.1.4203.1.11.1"  # noqa: S105 - an OID
CANCEL = "1.3.6.1.1.8"
PLAIN = "PLAIN"
EXTERNAL = "EXTERNAL"
START_TLS = "1.3.6.1.4.1.1466.20037"
ALL_OPERATIONAL_ATTRIBUTES = "1.3.6.1.4.1.4203.1.5.1"
ATTRIBUTES_BY_CLASS = "1.3.6.1.4.1.4203.1.5.2"
ABSOLUTE_FILTERS = "1.3.6.1.4.1.4203.1.5.3"
_FEATURES = (ALL_OPERATIONAL_ATTRIBUTES, ATTRIBUTES_BY_CLASS, ABSOLUTE_FILTERS)
_EXTENSIONS = (WHO_AM_I, PASSWORD_MODIFY, CANCEL)


def root_dse(tree: Tree, *, extensions: tuple[str, ...] = _EXTENSIONS, mechanisms: tuple[str, ...] = (PLAIN,)) -> HeldEntry:
    """Return the root DSE. Most of it is operational, but clients that ask for "*" alone expect it: so it is for "*" and "+"."""
    suffix = str(tree.suffix)
    told = {
        "namingContexts": (suffix,),
        "defaultNamingContext": (suffix,),
        "supportedLDAPVersion": ("3",),
        "supportedControl": SUPPORTED,
        "supportedExtension": extensions,
        "supportedFeatures": _FEATURES,
        "supportedSASLMechanisms": mechanisms,
        "subschemaSubentry": (str(SUBSCHEMA),),
        "vendorName": ("dirserver",),
        "vendorVersion": (_version(),),
    }
    return HeldEntry(
        "",
        (
            HeldAttribute("objectClass", ("top",)),
            *(HeldAttribute(name, values, is_operational=True, is_for_star=True) for name, values in told.items()),
            HeldAttribute("structuralObjectClass", ("top",), is_operational=True),
            HeldAttribute("entryDN", ("",), is_operational=True),
        ),
    )


def _version() -> str:
    try:
        return version("dirserver")
    except PackageNotFoundError:  # run from a checkout that was never installed
        return "0"
