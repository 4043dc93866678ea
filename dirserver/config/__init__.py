# SPDX-License-Identifier: GPL-3.0-or-later
"""dirserver.toml -> frozen settings."""

from dirserver.config.care_settings import CareSettings
from dirserver.config.ldap_settings import LdapSettings
from dirserver.config.mail_settings import MailSecurity, MailSettings
from dirserver.config.metrics_settings import MetricsSettings
from dirserver.config.pages_settings import PagesSettings
from dirserver.config.read import DEFAULT_FILE, load
from dirserver.config.settings import (
    ApiSettings,
    BooksSettings,
    Config,
    DatabaseSettings,
    FieldsSettings,
    HttpSettings,
    LogSettings,
    PushSettings,
    SecuritySettings,
    SetupSettings,
)
from dirserver.config.values import Address, FieldClass, Network, Origin

__all__ = [
    "DEFAULT_FILE",
    "Address",
    "ApiSettings",
    "BooksSettings",
    "CareSettings",
    "Config",
    "DatabaseSettings",
    "FieldClass",
    "FieldsSettings",
    "HttpSettings",
    "LdapSettings",
    "LogSettings",
    "MailSecurity",
    "MailSettings",
    "MetricsSettings",
    "Network",
    "Origin",
    "PagesSettings",
    "PushSettings",
    "SecuritySettings",
    "SetupSettings",
    "load",
]
