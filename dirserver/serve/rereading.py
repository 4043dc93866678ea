# SPDX-License-Identifier: GPL-3.0-or-later
"""Whether workers may be replaced under the settings that stand in the file now: what SIGHUP asks for."""

from __future__ import annotations

from collections.abc import Iterator
from importlib.metadata import version

import structlog

from dirserver.config import Config, load
from dirserver.config.certificate import Certificate
from dirserver.errors import BadConfig
from dirserver.serve.programs import Kind

_log = structlog.get_logger(__name__)
_VERSION = version("dirserver")


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
    apart = list(_apart(running, now))
    if version("dirserver") != _VERSION:
        apart.append("another version of dirserver")
    if apart:
        _log.error("this takes a restart; everything goes on as it is", changed=apart)
        return None
    ignored = list(_of_the_parent(running, now))
    if ignored:
        _log.warning("this takes a restart; the rest of the settings is used from now on", changed=ignored)
    return now


def check_certificates(config: Config, kinds: frozenset[Kind]) -> None:
    """Raise BadConfig unless those that are needed can be used."""
    for kind, certificate in ((Kind.HTTP, Certificate.of(config.http)), (Kind.LDAP, Certificate.of(config.ldap))):
        if kind in kinds and certificate is not None:
            certificate.check()


def _apart(before: Config, now: Config) -> Iterator[str]:
    """What old and new workers may not differ in."""
    if before.domain != now.domain:
        yield "domain"
    if before.database != now.database:
        yield "[database] url"
    if before.security.key_file != now.security.key_file:
        yield "[security] key_file"
    if bool(before.http.tls_certificate) != bool(now.http.tls_certificate):
        yield "[http] tls_certificate"
    if before.ldap.suffix != now.ldap.suffix:
        yield "[ldap] suffix"


def _of_the_parent(before: Config, now: Config) -> Iterator[str]:
    if before.http.listen != now.http.listen:
        yield "[http] listen"
    if before.http.workers != now.http.workers:
        yield "[http] workers"
    if before.ldap.listen != now.ldap.listen:
        yield "[ldap] listen"
    if before.ldap.tls_listen != now.ldap.tls_listen:
        yield "[ldap] tls_listen"
    if before.ldap.workers != now.ldap.workers:
        yield "[ldap] workers"
    if before.push.enabled != now.push.enabled:
        yield "[push] enabled"
    if before.mail.is_set != now.mail.is_set:
        yield "[mail]"
    if (before.metrics.listen, before.metrics.ldap_listen) != (now.metrics.listen, now.metrics.ldap_listen):
        yield "[metrics] listen"
