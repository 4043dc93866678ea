# SPDX-License-Identifier: GPL-3.0-or-later
"""TLS of a door: contexts from certificate files, made anew when the files are renewed.

Looking costs two ``stat`` calls, at the first handshake after a while; handshakes in between take the context at hand. A new
certificate that can't be used is told in the log, and the old one goes on.
"""

from __future__ import annotations

import ssl
import time
from collections.abc import Callable

import structlog
from cryptography import x509
from cryptography.x509.oid import NameOID

from dirserver.config.certificate import Certificate
from dirserver.config.ldap_settings import LdapSettings
from dirserver.config.settings import HttpSettings
from dirserver.errors import BadConfig

_LOG = structlog.get_logger(__name__)
_LOOK_EVERY_S = 30.0
# In case of TLS 1.2: forward secrecy and authenticated encryption alone (RFC 9325 section 4.2).
_CIPHERS = "ECDHE+AESGCM:ECDHE+CHACHA20"
# RFC 9325 sections 3.3 and 3.5; a client that renegotiates could keep the processor busy.
_OPTIONS = ssl.OP_NO_COMPRESSION | ssl.OP_NO_RENEGOTIATION
_TICKETS = 1
"""Each connection gives what resumes one more: who opens them one after the other needs no second one, and each costs 30 us."""


class Tls:
    """Gives each handshake its context. Only the reactor's thread may use it. Raises BadConfig unless the files can be used."""

    def __init__(self, certificate: Certificate, client_ca: str = "", *, clock: Callable[[], float] = time.monotonic) -> None:
        certificate.check()
        self._certificate = certificate
        self._client_ca = client_ca
        self._clock = clock
        self._known = certificate.state()
        self._looked = clock()
        self._context = self._made()

    @classmethod
    def of(cls, settings: HttpSettings | LdapSettings) -> Tls | None:
        """Return what the settings name, None without TLS. Raises BadConfig."""
        certificate = Certificate.of(settings)
        client_ca = settings.tls_client_ca if isinstance(settings, LdapSettings) else ""
        return None if certificate is None else cls(certificate, client_ca)

    def context(self) -> ssl.SSLContext:
        """Return the context for a handshake that begins now."""
        if self._clock() - self._looked >= _LOOK_EVERY_S:
            self._looked = self._clock()
            self._renew()
        return self._context

    def _renew(self) -> None:
        now = self._certificate.state()
        if now == self._known:
            return
        self._known = now
        try:
            self._certificate.check()
            self._context = self._made()
        except BadConfig as error:
            _LOG.error("the new certificate can't be used; the old one stays", reason=error.public_message)
        else:
            _LOG.info("certificate renewed")

    def _made(self) -> ssl.SSLContext:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.minimum_version = ssl.TLSVersion.TLSv1_2
        context.options |= _OPTIONS
        # All that we take are good, so the client's first will do: AES-128 with SHA-256 at Thunderbird, phones and browsers, with which a
        # handshake costs a twelfth less than with OpenSSL's first, AES-256 with SHA-384.
        context.options &= ~ssl.OP_CIPHER_SERVER_PREFERENCE
        context.set_ciphers(_CIPHERS)
        context.num_tickets = _TICKETS
        try:
            context.load_cert_chain(self._certificate.certificate, self._certificate.key)
        except (OSError, ssl.SSLError):
            raise BadConfig(f"[{self._certificate.section}] tls_certificate, tls_key: they can't be used") from None
        if self._client_ca:
            try:
                context.load_verify_locations(self._client_ca)
            except (OSError, ssl.SSLError):
                section = self._certificate.section
                raise BadConfig(f"[{section}] tls_client_ca: {self._client_ca} can't be read as certificates in PEM") from None
            # Asked for, not demanded: who has none signs in with a password. A bad one ends the handshake.
            context.verify_mode = ssl.CERT_OPTIONAL
        return context


def names_in(certificate: bytes | None) -> tuple[str, ...]:
    """Return whom a client's certificate (DER) names: its mail addresses, then its common names. TLS has checked who issued it."""
    if certificate is None:
        return ()
    try:
        known = x509.load_der_x509_certificate(certificate)
    except ValueError:
        return ()
    try:
        mails = known.extensions.get_extension_for_class(x509.SubjectAlternativeName).value.get_values_for_type(x509.RFC822Name)
    except (x509.ExtensionNotFound, ValueError):
        mails = []
    try:
        names = [str(one.value) for one in known.subject.get_attributes_for_oid(NameOID.COMMON_NAME)]
    except ValueError:
        names = []
    return (*mails, *names)
