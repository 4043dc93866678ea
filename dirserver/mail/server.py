# SPDX-License-Identifier: GPL-3.0-or-later
"""The mail server that takes our messages (RFC 5321, RFC 6409): one conversation at a time, over TLS unless it is on this machine."""

from __future__ import annotations

import contextlib
import smtplib
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from email.message import EmailMessage
from email.utils import parseaddr
from pathlib import Path

from dirserver.config import MailSecurity, MailSettings

_TIMEOUT_S = 30.0
_LONGEST_REASON = 300
_PERMANENT = 500


class Unreachable(Exception):
    """The server doesn't take any message of ours now; the text says why and what to look at."""


class NotTaken(Exception):
    """The server doesn't take this message. ``is_final``: not later either. ``code`` is its answer (RFC 5321 section 4.2)."""

    def __init__(self, reason: str, code: int, *, is_final: bool) -> None:
        super().__init__(reason)
        self.code = code
        self.is_final = is_final


@dataclass(frozen=True, slots=True)
class Line:
    """An open conversation."""

    _smtp: smtplib.SMTP

    def send(self, message: EmailMessage) -> str:
        """Hand a message over and return what the server said. Raises NotTaken, or Unreachable where the conversation is over."""
        try:
            self._smtp.send_message(message)
        except smtplib.SMTPRecipientsRefused as error:
            code, told = next(iter(error.recipients.values()))
            raise NotTaken(_said(code, told), code, is_final=code >= _PERMANENT) from None
        except smtplib.SMTPNotSupportedError:
            raise NotTaken("the address has letters beyond ASCII, and the mail server takes none (SMTPUTF8)", 0, is_final=True) from None
        except smtplib.SMTPSenderRefused as error:
            raise Unreachable(f"the mail server doesn't take [mail] sender: {_said(error.smtp_code, error.smtp_error)}") from None
        except smtplib.SMTPDataError as error:
            raise NotTaken(_said(error.smtp_code, error.smtp_error), error.smtp_code, is_final=error.smtp_code >= _PERMANENT) from None
        except smtplib.SMTPResponseException as error:
            raise Unreachable(_said(error.smtp_code, error.smtp_error)) from None
        except (smtplib.SMTPException, OSError) as error:
            raise Unreachable(f"the mail server broke off: {_reason(error)}") from None
        return "taken"


class MailServer:
    """Where the settings say. Each ``open`` reads the password anew, so that a new one needs no restart."""

    def __init__(self, settings: MailSettings) -> None:
        self._settings = settings
        self._own_name = parseaddr(settings.sender)[1].rpartition("@")[2] or "localhost"

    @contextmanager
    def open(self) -> Iterator[Line]:
        """Open a conversation: connected, under TLS, signed in. Raises Unreachable."""
        try:
            smtp = self._connect()
        except smtplib.SMTPAuthenticationError as error:
            raise Unreachable(f"[mail] user and password_file are not good: {_said(error.smtp_code, error.smtp_error)}") from None
        except smtplib.SMTPNotSupportedError as error:
            raise Unreachable(f"the mail server doesn't offer what [mail] asks for: {error}") from None
        except ssl.SSLError as error:
            raise Unreachable(f"no TLS with the mail server; look at [mail] host, security and ca_file: {_reason(error)}") from None
        except smtplib.SMTPResponseException as error:
            raise Unreachable(_said(error.smtp_code, error.smtp_error)) from None
        except (smtplib.SMTPException, OSError) as error:
            raise Unreachable(f"the mail server {self._settings.host}:{self._settings.port} can't be reached: {_reason(error)}") from None
        try:
            yield Line(smtp)
        finally:
            with contextlib.suppress(smtplib.SMTPException, OSError):
                smtp.quit()
            smtp.close()

    def _connect(self) -> smtplib.SMTP:
        given = self._settings
        if given.security is MailSecurity.TLS:
            smtp: smtplib.SMTP = smtplib.SMTP_SSL(given.host, given.port, self._own_name, timeout=_TIMEOUT_S, context=self._context())
        else:
            smtp = smtplib.SMTP(given.host, given.port, self._own_name, timeout=_TIMEOUT_S)
        try:
            if given.security is MailSecurity.STARTTLS:
                smtp.starttls(context=self._context())
            smtp.ehlo_or_helo_if_needed()
            if given.user:
                smtp.login(given.user, self._password())
        except BaseException:
            smtp.close()
            raise
        return smtp

    def _context(self) -> ssl.SSLContext:
        context = ssl.create_default_context(cafile=self._settings.ca_file or None)
        context.minimum_version = ssl.TLSVersion.TLSv1_2
        return context

    def _password(self) -> str:
        try:
            return Path(self._settings.password_file).read_text(encoding="utf-8").strip("\r\n")
        except (OSError, UnicodeDecodeError) as error:
            raise Unreachable(f"[mail] password_file {self._settings.password_file} can't be read: {_reason(error)}") from None


def _said(code: int, told: bytes | str) -> str:
    text = told.decode("utf-8", "replace") if isinstance(told, bytes) else told
    return f"{code} {' '.join(text.split())}"[:_LONGEST_REASON]


def _reason(error: Exception) -> str:
    reason = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
    return " ".join(reason.split())[:_LONGEST_REASON] or type(error).__name__
