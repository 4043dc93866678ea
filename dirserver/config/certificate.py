# SPDX-License-Identifier: GPL-3.0-or-later
"""Certificate and key of a listener: checked before anything starts, and looked at again while it runs."""

from __future__ import annotations

import ssl
from dataclasses import dataclass
from pathlib import Path

from dirserver.config.ldap_settings import LdapSettings
from dirserver.config.settings import HttpSettings
from dirserver.errors import BadConfig


@dataclass(frozen=True, slots=True)
class Certificate:
    """Where a certificate (with its chain) and its key lie; ``section`` of dirserver.toml says so."""

    certificate: Path
    key: Path
    section: str = "http"

    @classmethod
    def of(cls, settings: HttpSettings | LdapSettings) -> Certificate | None:
        """Return what the settings name, None without TLS."""
        section = "ldap" if isinstance(settings, LdapSettings) else "http"
        return cls(Path(settings.tls_certificate), Path(settings.tls_key), section) if settings.tls_certificate else None

    def check(self) -> None:
        """Raise BadConfig, with the file and the remedy, unless both can be read and belong together."""
        for name, path in (("tls_certificate", self.certificate), ("tls_key", self.key)):
            try:
                path.read_bytes()
            except OSError as error:
                raise BadConfig(
                    f"[{self.section}] {name}: {path} can't be read ({error.strerror}); "
                    "the user that runs dirserver needs the right to read it"
                ) from None
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        try:
            # A key with a password would make OpenSSL ask on the terminal.
            context.load_cert_chain(self.certificate, self.key, password=_refuse)
        except _HasPassword:
            raise BadConfig(f"[{self.section}] tls_key: {self.key} has a password; remove it (openssl pkey -in KEY -out NEW)") from None
        except ssl.SSLError as error:
            if "MISMATCH" in (error.reason or ""):
                raise BadConfig(f"[{self.section}] tls_key: {self.key} is not the key of {self.certificate}") from None
            raise BadConfig(
                f"[{self.section}] tls_certificate, tls_key: {self.certificate} and {self.key} must be a certificate and a key in PEM"
            ) from None

    def state(self) -> tuple[int, ...]:
        """Return what differs when either file was renewed."""
        stats = []
        for path in (self.certificate, self.key):
            try:
                found = path.stat()
            except OSError:
                continue
            stats += [found.st_mtime_ns, found.st_ino, found.st_size]
        return tuple(stats)


class _HasPassword(Exception):
    pass


def _refuse() -> str:
    raise _HasPassword
