# SPDX-License-Identifier: GPL-3.0-or-later
"""From what stands in dirserver.toml to the type of a setting."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from enum import StrEnum
from pathlib import Path
from typing import TypeGuard

from dirserver.config import values
from dirserver.config.about import About
from dirserver.model.dn import DN
from dirserver.model.grant import Subject
from dirserver.model.names import Login
from dirserver.model.zone import Zone


def convert(value: object, wanted: object, about: About) -> object:
    """Turn a TOML value into a setting's type; ValueError says what to write instead."""
    if wanted is bool:
        if value is not True and value is not False:
            raise ValueError("write true or false")
        return value
    if wanted is int:
        return _convert_number(value, about)
    if wanted in _FROM_LIST:
        example, read = _FROM_LIST[wanted]
        if not _is_text_list(value):
            raise ValueError(f"write a list of {example}")
        return tuple(read(item) for item in value if item.strip())
    text = _text(value)
    if isinstance(wanted, type) and issubclass(wanted, StrEnum):
        if text not in [str(choice) for choice in wanted]:
            raise ValueError("write one of " + ", ".join(f'"{choice}"' for choice in wanted))
        return wanted(text)
    return _FROM_TEXT[wanted](text)


def _text(value: object) -> str:
    if isinstance(value, str) and "\0" not in value:
        return value
    raise ValueError("write text in double quotes")


def _is_text_list(value: object) -> TypeGuard[list[str]]:
    return isinstance(value, list) and all(isinstance(item, str) for item in value)


def _read_path(text: str) -> Path:
    if text.strip():
        return Path(text)
    raise ValueError("write the path of a file")


_FROM_TEXT: Mapping[object, Callable[[str], object]] = {
    values.Address: values.Address.parse,
    values.PublicUrl: values.read_public_url,
    values.Contact: values.read_contact,
    values.LdapUrl: values.read_ldap_url,
    values.MapUrl: values.read_map_url,
    values.MaybeAddress: values.read_maybe_address,
    values.MailAddress: values.read_mail_address,
    values.Region: values.read_region,
    values.FilePath: lambda text: values.FilePath(text.strip()),
    DN: values.read_suffix,
    Zone: values.read_zone,
    Path: _read_path,
    str: str,
}


_FROM_LIST: Mapping[object, tuple[str, Callable[[str], object]]] = {
    tuple[values.Network, ...]: ('addresses, as in ["127.0.0.1", "10.0.0.0/8"]', values.read_network),
    tuple[values.Origin, ...]: ('servers, as in ["https://ntfy.example.com"]', values.read_origin),
    tuple[Login, ...]: ('logins, as in ["portal"]', lambda text: Login(text.strip())),
    tuple[values.AttributeName, ...]: ('attributes, as in ["cn", "mail"]', values.read_attribute),
    tuple[values.Department, ...]: ('departments, as in ["Sales", "Legal"]', lambda text: values.Department(text.strip())),
    tuple[Subject, ...]: ('accounts and groups, as in ["group:stewards"]', values.read_maker),
}


def _convert_number(value: object, about: About) -> int:
    low, high = about.minimum or 0, about.maximum or 2**31
    if not isinstance(value, int) or isinstance(value, bool):
        raise ValueError(f"write a whole number from {low} to {high}, without quotes")
    if not low <= value <= high:
        raise ValueError(f"{value} is out of range; write a whole number from {low} to {high}")
    return value
