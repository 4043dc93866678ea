# SPDX-License-Identifier: GPL-3.0-or-later
"""The people of the sample company with a part to play: each is a rule of the access policy in one person."""

from __future__ import annotations

from dataclasses import dataclass

from dirserver.demo.work import DOMAIN
from dirserver.model.fold import fold


@dataclass(frozen=True, slots=True)
class Role:
    """One of the cast: what the generator would leave to chance."""

    uid: str
    given: str
    family: str
    is_woman: bool
    language: str
    birthday: str
    title: str
    department: str
    employee_type: str = "employee"
    groups: tuple[str, ...] = ()

    @property
    def mail(self) -> str:
        """The address at work."""
        return f"{self.uid}.{fold(self.family)}@{DOMAIN}"


CAST: tuple[Role, ...] = (
    Role(
        uid="ada",
        given="Ada",
        family="Marlowe",
        is_woman=True,
        language="en",
        birthday="1991-05-17",
        title="Process Engineer",
        department="engineering",
    ),
    Role(
        uid="bruno",
        given="Bruno",
        family="Teixeira",
        is_woman=False,
        language="pt",
        birthday="1979-11-02",
        title="Coordenação de equipa",
        department="engineering",
    ),
    Role(
        uid="chika",
        given="Chika",
        family="Okafor",
        is_woman=True,
        language="en",
        birthday="1986-08-29",
        title="HR Business Partner",
        department="hr",
        groups=("hr",),
    ),
    Role(
        uid="dov",
        given="Dov",
        family="Rosenthal",
        is_woman=False,
        language="de",
        birthday="1994-01-08",
        title="IT-Support",
        department="it",
        groups=("helpdesk",),
    ),
    Role(
        uid="esme",
        given="Esme",
        family="Quintana",
        is_woman=True,
        language="es",
        birthday="1989-03-21",
        title="Consultora externa",
        department="engineering",
        employee_type="contractor",
        groups=("contractors",),
    ),
)
"""Who works for the company. Everybody named here has an account; Bruno leads Ada."""

FINN = Role("finn", "Finn", "Ĝardeneto", is_woman=False, language="eo", birthday="1983-06-30", title="Desegnisto", department="engineering")
"""Who left: his entry is archived, his account is closed."""

ADMIN = "admin"
"""The operator's account; it belongs to no entry."""


def password(login: str) -> str:
    """The password of one of the cast: known to everybody, hence good on loopback only."""
    return f"demo-{login}-password"


def device_password(login: str) -> str:
    """The device password of one of the cast; as ``password``."""
    return f"demo-{login}-device"
