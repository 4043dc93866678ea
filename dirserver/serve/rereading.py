# SPDX-License-Identifier: GPL-3.0-or-later
"""Whether workers may be replaced under the settings that stand in the file now: what SIGHUP asks for."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from importlib.metadata import version

import structlog

from dirserver.config import Config, load
from dirserver.config.certificate import Certificate
from dirserver.errors import BadConfig
from dirserver.serve.programs import Kind

_log = structlog.get_logger(__name__)
_VERSION = version("dirserver")

# What old and new workers may not differ in.
_APART: tuple[tuple[str, Callable[[Config], object]], ...] = (
    ("domain", lambda of: of.domain),
    ("[database] url", lambda of: of.database),
    ("[security] key_file", lambda of: of.security.key_file),
    ("[http] tls_certificate", lambda of: bool(of.http.tls_certificate)),
    ("[ldap] suffix", lambda of: of.ldap.suffix),
)
# What this process has done at its start, and doesn't do again.
_OF_THE_PARENT: tuple[tuple[str, Callable[[Config], object]], ...] = (
    ("[http] listen", lambda of: of.http.listen),
    ("[http] workers", lambda of: of.http.workers),
    ("[ldap] listen", lambda of: of.ldap.listen),
    ("[ldap] tls_listen", lambda of: of.ldap.tls_listen),
    ("[ldap] workers", lambda of: of.ldap.workers),
    ("[push] enabled", lambda of: of.push.enabled),
    ("[mail]", lambda of: of.mail.is_set),
    ("[metrics] listen", lambda of: (of.metrics.listen, of.metrics.ldap_listen)),
)


def reread(running: Config, kinds: frozenset[Kind]) -> Config | None:
    """Return the settings of now; None, and a line in the log says why, where new workers could not serve beside the old ones.

    What the parent alone knows (addresses, how many workers) stays as it was at the start; that is told as well.
    """
    try:
        now = load(running.file) if running.file is not None else running
        check_certificates(now, kinds)
    except BadConfig as error:
        _log.error("the settings can't be used; everything goes on as it is", reason=error.public_message)
        return None
    apart = _changed(_APART, running, now)
    if version("dirserver") != _VERSION:
        apart.append("another version of dirserver")
    if apart:
        _log.error("this takes a restart; everything goes on as it is", changed=apart)
        return None
    ignored = _changed(_OF_THE_PARENT, running, now)
    if ignored:
        _log.warning("this takes a restart; the rest of the settings is used from now on", changed=ignored)
    return now


def check_certificates(config: Config, kinds: frozenset[Kind]) -> None:
    """Raise BadConfig unless those that are needed can be used."""
    for kind, certificate in ((Kind.HTTP, Certificate.of(config.http)), (Kind.LDAP, Certificate.of(config.ldap))):
        if kind in kinds and certificate is not None:
            certificate.check()


def _changed(settings: Iterable[tuple[str, Callable[[Config], object]]], before: Config, now: Config) -> list[str]:
    return [name for name, read in settings if read(before) != read(now)]
