# SPDX-License-Identifier: GPL-3.0-or-later
"""The settings of mail: see ``config.settings`` for the rules."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated

from dirserver.config.about import About
from dirserver.config.values import FilePath, MailAddress

_NO_FILE = FilePath("")
_NO_ADDRESS = MailAddress("")


class MailSecurity(StrEnum):
    """How the way to the mail server is kept secret."""

    STARTTLS = "starttls"
    TLS = "tls"
    NONE = "none"

    @property
    def usual_port(self) -> int:
        """The port where servers speak so (RFC 8314 section 3.3, RFC 6409)."""
        return {MailSecurity.STARTTLS: 587, MailSecurity.TLS: 465, MailSecurity.NONE: 25}[self]


@dataclass(frozen=True, slots=True)
class MailSettings:
    """Sending mail: invitations, forgotten passwords, and telling people what happened to their account and their books.

    Without a host nothing is sent, and what needs mail says so. Try it with: dirserver mail test ADDRESS
    """

    host: Annotated[str, About("The mail server (SMTP) that takes messages for everybody. Empty: no mail.", example="smtp.example.com")] = (
        ""
    )
    port: Annotated[int, About("Its port; 0 for the usual one (587 starttls, 465 tls, 25 none).", minimum=0, maximum=65_535)] = 0
    security: Annotated[
        MailSecurity,
        About('How the way there is kept secret: "starttls", "tls", or "none", which is for a server on this machine alone.'),
    ] = MailSecurity.STARTTLS
    ca_file: Annotated[FilePath, About("Authorities in PEM that the server's certificate may come from; empty for the system's.")] = (
        _NO_FILE
    )
    user: Annotated[str, About("Who we are to the mail server; empty where it asks for no name and password.", example="dirserver")] = ""
    password_file: Annotated[
        FilePath, About("A file with the password alone in it, readable by the server's user only.", example="/etc/dirserver/mail.password")
    ] = _NO_FILE
    sender: Annotated[
        MailAddress,
        About("The address that letters come from. Empty: dirserver at your domain.", example="Contacts <contacts@example.com>"),
    ] = _NO_ADDRESS

    @property
    def is_set(self) -> bool:
        """Whether there is somewhere to send mail to."""
        return bool(self.host)
