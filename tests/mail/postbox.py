# SPDX-License-Identifier: GPL-3.0-or-later
"""A mail server on loopback that keeps what it is given: real SMTP, with TLS and a password where a test wants them."""

from __future__ import annotations

import socket
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from pathlib import Path

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

from dirserver.config import MailSecurity, MailSettings
from dirserver.config.values import FilePath, MailAddress
from tests.certificates import CertificateFiles, make_certificate

USER, PASSWORD = "dirserver", "the mail password"


@dataclass
class Postbox:
    """What arrived, and what the server says to addresses and messages that it doesn't take."""

    port: int = 0
    certificate: CertificateFiles | None = None
    arrived: list[EmailMessage] = field(default_factory=list)
    refused: dict[str, str] = field(default_factory=dict)
    answer: str = "250 OK"

    async def handle_RCPT(self, _server: SMTP, _session: Session, envelope: Envelope, address: str, _options: list[str]) -> str:  # noqa: N802
        if address in self.refused:
            return self.refused[address]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802
        if self.answer.startswith("250"):
            content = envelope.content
            assert isinstance(content, bytes)
            message = message_from_bytes(content, policy=default)
            assert isinstance(message, EmailMessage)
            self.arrived.append(message)
        return self.answer

    def texts(self) -> list[str]:
        """What the messages say, with lines joined that were only wrapped."""
        return [" ".join(str(one.get_content()).split()) for one in self.arrived]

    def settings(self, folder: Path, security: MailSecurity = MailSecurity.NONE, *, password: str = "") -> MailSettings:
        """The settings that lead here."""
        file = folder / "mail.password"
        file.write_text(f"{password}\n")
        return MailSettings(
            host="localhost" if self.certificate else "127.0.0.1",
            port=self.port,
            security=security,
            ca_file=FilePath(str(self.certificate.certificate) if self.certificate else ""),
            user=USER if password else "",
            password_file=FilePath(str(file) if password else ""),
            sender=MailAddress("Contacts <contacts@example.com>"),
        )


class _OnAFreePort(Controller):
    """Listens wherever there is room; aiosmtpd itself looks for its server on the port that it was told."""

    def _trigger_server(self) -> None:
        self.port = self.server.sockets[0].getsockname()[1]
        socket.create_connection((self.hostname, self.port), 10).close()


@contextmanager
def postbox(folder: Path, security: MailSecurity = MailSecurity.NONE, *, with_password: bool = False) -> Iterator[Postbox]:
    """Run a mail server until the block ends."""
    box = Postbox()
    context = None
    if security is not MailSecurity.NONE:
        box.certificate = make_certificate(folder)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(box.certificate.certificate, box.certificate.key)

    def authenticate(_server: SMTP, _session: Session, _envelope: Envelope, _mechanism: str, given: LoginPassword) -> AuthResult:
        return AuthResult(success=(given.login, given.password) == (USER.encode(), PASSWORD.encode()), handled=False)

    controller = _OnAFreePort(
        box,
        hostname="127.0.0.1",
        port=0,
        ready_timeout=20,
        ssl_context=context if security is MailSecurity.TLS else None,
        tls_context=context if security is MailSecurity.STARTTLS else None,
        require_starttls=security is MailSecurity.STARTTLS,
        auth_required=with_password,
        auth_require_tls=security is MailSecurity.STARTTLS,
        authenticator=authenticate,
    )
    controller.start()
    box.port = controller.port
    try:
        yield box
    finally:
        controller.stop()
