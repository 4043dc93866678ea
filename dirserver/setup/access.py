# SPDX-License-Identifier: GPL-3.0-or-later
"""Where somebody's devices connect to, as far as the settings tell: CardDAV, and LDAP where other machines reach it."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import quote, urlsplit

from dirserver.config import Address, Config

_HOME = "/dav/{login}/"
_LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})


@dataclass(frozen=True, slots=True)
class Server:
    """One server: ``is_safe`` tells whether TLS begins with the connection, ``is_here_only`` whether other machines don't reach it.

    ``starts_tls`` tells whether a connection that begins in the open may turn to TLS (RFC 4511 section 4.14).
    """

    host: str
    port: int
    is_safe: bool
    starts_tls: bool = False

    @property
    def is_here_only(self) -> bool:
        """Tell whether this machine alone can connect."""
        return self.host in _LOOPBACK


@dataclass(frozen=True, slots=True)
class DeviceAccess:
    """What a device is told: the CardDAV server, its ``path`` for this login, and the LDAP server with its ``base``, if there is one.

    ``ldap`` is for every device, ``starting_tls`` for those alone that know StartTLS. Apple's profiles (LDAPAccountUseSSL is yes or
    no), Thunderbird and Outlook have no word for it.
    """

    domain: str
    login: str
    dav: Server
    path: str
    ldap: Server | None
    base: str
    starting_tls: Server | None = None

    def ldap_for(self, *, knows_start_tls: bool) -> Server | None:
        """Return the LDAP server that a device can use."""
        return self.ldap or (self.starting_tls if knows_start_tls else None)

    @property
    def dav_url(self) -> str:
        """The address of the person's books."""
        return f"{'https' if self.dav.is_safe else 'http'}://{self._netloc}{self.path}"

    def app_link(self, secret: str) -> str:
        """Return what opens DAVx5 on the phone with everything filled in (``carddavs://LOGIN:PASSWORD@HOST/PATH``).

        Tapped on the phone itself; never drawn, since a picture is photographed over a shoulder.
        """
        scheme = "carddavs" if self.dav.is_safe else "carddav"
        return f"{scheme}://{quote(self.login, safe='')}:{quote(secret, safe='')}@{self._netloc}{self.path}"

    @property
    def scanned_link(self) -> str:
        """The same without a password, to be drawn as a QR code."""
        scheme = "carddavs" if self.dav.is_safe else "carddav"
        return f"{scheme}://{quote(self.login, safe='')}@{self._netloc}{self.path}"

    @property
    def _netloc(self) -> str:
        host = f"[{self.dav.host}]" if ":" in self.dav.host else self.dav.host
        usual = 443 if self.dav.is_safe else 80
        return host if self.dav.port == usual else f"{host}:{self.dav.port}"


def access_of(config: Config, login: str) -> DeviceAccess:
    """Return what the devices of ``login`` are told."""
    public = urlsplit(config.http.public_url)
    is_safe = public.scheme == "https"
    dav = Server(public.hostname or config.domain, public.port or (443 if is_safe else 80), is_safe)
    path = _HOME.format(login=quote(login, safe=""))
    ldap = ldap_server(config)
    # A device sends a password with each search: over an open line only where the operator wants that.
    is_offered = ldap is not None and (ldap.is_safe or config.ldap.allow_plain_bind)
    starting_tls = ldap if ldap is not None and ldap.starts_tls else None
    return DeviceAccess(config.domain, login, dav, path, ldap if is_offered else None, str(config.ldap.suffix), starting_tls)


def ldap_server(config: Config) -> Server | None:
    """Return the LDAP server that other machines reach, None where there is none.

    [setup] ldap_url says it where TLS stands in front of a listener on loopback.
    """
    if config.setup.ldap_url:
        told = urlsplit(config.setup.ldap_url)
        is_safe = told.scheme == "ldaps"
        return Server(told.hostname or config.domain, told.port or (636 if is_safe else 389), is_safe)
    if config.ldap.tls_listen and not (address := Address.parse(config.ldap.tls_listen)).is_loopback:
        return Server(urlsplit(config.http.public_url).hostname or config.domain, address.port, is_safe=True)
    if config.ldap.listen.is_loopback:
        return None
    host = urlsplit(config.http.public_url).hostname or config.domain
    return Server(host, config.ldap.listen.port, is_safe=False, starts_tls=bool(config.ldap.tls_certificate))
