# SPDX-License-Identifier: GPL-3.0-or-later
r"""Bind (RFC 4511 section 4.2, RFC 4513 section 5): from a name and a password to a principal.

Names are taken as people and devices give them: a DN of the tree, a login, a mail address, ``DOMAIN\login`` or
``login@domain``. Version 2 is accepted (old desk phones offer nothing else) and answered as version 3: the two differ in what
these clients never send. Whatever fails leaves the connection anonymous.
"""

from __future__ import annotations

import functools
import time
from collections.abc import Callable

import structlog
from twisted.python.failure import Failure

from dirserver.errors import BadInput, DirserverError, NotAuthenticated, Throttled
from dirserver.identity.verified import Verified
from dirserver.ldap import access_log, sasl
from dirserver.ldap.session import Session, Site
from dirserver.ldap.tree.errors import result_of
from dirserver.ldap.wire import encode
from dirserver.ldap.wire.decode import decode
from dirserver.ldap.wire.message import BindRequest, Code, Response, Result
from dirserver.listening.outlet import Outlet
from dirserver.model.dn import DN
from dirserver.model.principal import Door, Principal

_LOG = structlog.get_logger(__name__)
ANONYMOUS = Principal.anonymous(Door.LDAP)

_VERSIONS = frozenset({2, 3})
_NAMING = frozenset({"uid", "userid", "cn", "commonname", "mail", "rfc822mailbox", "samaccountname", "userprincipalname"})
_MAX_NAME = 512
_MAX_PASSWORD = 1024


def answer_at_once(session: Session, request: BindRequest, *, allows_plain: bool) -> Result | None:
    """Return the result if no password has to be checked, else None."""
    if request.version not in _VERSIONS:
        return Result(Code.PROTOCOL_ERROR, "this server speaks LDAP version 3")
    if request.mechanism == sasl.EXTERNAL:
        return None
    if request.password is None:
        return Result(Code.AUTH_METHOD_NOT_SUPPORTED, "supported are simple binds, SASL PLAIN, and SASL EXTERNAL where it is set up")
    if not request.name:
        if request.password:
            return Result(Code.INVALID_CREDENTIALS, "a password needs a name: bind with your login, your mail address or your DN")
        return Result()
    if not request.password:
        # RFC 4513 section 5.1.2: clients that forget to ask for a password must not take this for a login.
        return Result(Code.UNWILLING_TO_PERFORM, "a name needs a password; leave both empty to bind anonymously")
    if not (session.is_confidential or allows_plain):
        return Result(
            Code.CONFIDENTIALITY_REQUIRED,
            "passwords are only accepted over TLS; change this one, everybody on the way could read it",
        )
    if len(request.name) > _MAX_NAME or len(request.password) > _MAX_PASSWORD:
        return _REFUSED
    return None


def unwrapped(site: Site, session: Session, request: BindRequest) -> BindRequest | Result:
    """Return the bind as ``authenticate`` takes it: PLAIN as a simple bind; or the result if there is nothing to check."""
    match request.mechanism:
        case sasl.PLAIN:
            plain = sasl.unwrap_plain(session, request)
            if isinstance(plain, Result):
                return plain
            simple, wanted = plain
            kind, colon, rest = wanted.partition(":")
            other = logins_of(rest if colon and kind.lower() in {"dn", "u"} else wanted, site.config.domain)
            own = logins_of(simple.name, site.config.domain)
            return (sasl.refuse_other(other, own) if wanted else None) or simple
        case sasl.EXTERNAL:
            return sasl.refuse_external(site, session, request) or request
        case _:
            return request


def answer_again(
    site: Site, session: Session, data: bytes, number: tuple[int, int], outlet: Outlet, become: Callable[[Principal], Result | None]
) -> bool:
    """Answer a whole message that is a simple bind without controls, if it shows who showed it a moment ago; nothing runs beside it.

    ``number`` is where its number begins and ends. ``become`` makes the connection theirs, or says why not.
    """
    start, at = number
    if not site.directory.answers_at_once:
        return False
    started = time.perf_counter()
    octets = data[at:]
    name = site.binds.name(octets)
    if not (session.is_confidential or site.config.ldap.allow_plain_bind):
        return False
    known = site.binds.get(name)
    if known is None or not _opens(site, session, known):
        # What was shown anew meanwhile opens it again.
        known = _opened(site, data)
        if known is None or not _opens(site, session, known):
            return False
        site.binds.keep(name, known)
    refused = become(known.principal)
    result = _BOUND if refused is None else encode.result(Response.BIND, refused)
    code = Code.SUCCESS if refused is None else refused.code
    access_log.note_kind(site, "bind", session, code, entries=0, started=started)
    outlet.put(encode.message_under(data[start:at], result))
    return True


def _opened(site: Site, data: bytes) -> Verified | None:
    """Return what a whole message opened a moment ago that is a simple bind without controls; None for anything else."""
    try:
        message = decode(data, site.limits.wire)
        request = message.operation
        if message.controls or not isinstance(request, BindRequest) or request.mechanism:
            return None
        # Whether passwords may be shown in the clear differs from connection to connection.
        if answer_at_once(_ANYONE, request, allows_plain=True) is not None:
            return None
        name = logins_of(request.name, site.config.domain)[0]
        return site.identity.known(name, (request.password or b"").decode(), door=Door.LDAP)
    except (UnicodeDecodeError, DirserverError):
        # The usual way tells what is wrong.
        return None


def _opens(site: Site, session: Session, known: Verified) -> bool:
    marks = None if site.quick is None else site.quick.marks()
    try:
        return site.identity.still_opens(known, session.address, None if marks is None else marks.access_number)
    except DirserverError:
        return False


def authenticate(site: Site, session: Session, request: BindRequest) -> tuple[Result, Principal]:
    """Check the name and password of a simple bind, or the certificate of EXTERNAL; it takes as long as a password hash takes.

    Errors of the tree other than a refusal are raised.
    """
    if request.mechanism == sasl.EXTERNAL:
        return sasl.authenticate_external(site, session)
    try:
        password = (request.password or b"").decode()
    except UnicodeDecodeError:
        # Old phones send Latin-1.
        password = (request.password or b"").decode("latin-1")
    for login in logins_of(request.name, site.config.domain):
        try:
            return Result(), site.identity.authenticate(login, password, door=Door.LDAP, address=session.address)
        except Throttled as error:
            return Result(Code.BUSY, error.public_message), ANONYMOUS
        except NotAuthenticated:
            continue
    return _REFUSED, ANONYMOUS


def failed(failure: Failure) -> tuple[Result, Principal]:
    """Return what a bind is told whose password could not be checked."""
    result = result_of(failure.value)
    if result.code is Code.OTHER:
        _LOG.error("a bind failed", trace=failure.getTraceback())
    return result, ANONYMOUS


_BOUND = encode.result(Response.BIND, Result())
_ANYONE = Session(ANONYMOUS, "")
_REFUSED = Result(Code.INVALID_CREDENTIALS, "name and password don't fit, or the account is closed")


@functools.lru_cache(maxsize=1024)
def logins_of(name: str, domain: str) -> tuple[str, ...]:
    """Return what ``name`` may mean as a login or mail address, likeliest first; never empty."""
    name = name.strip()
    login = _login_of_dn(name) if "=" in name else name
    _, backslash, behind = login.partition("\\")
    if backslash and behind:
        return (behind,)
    local, at, of_domain = login.rpartition("@")
    if at and local and of_domain.lower() == domain.lower():
        return (login, local)
    return (login,)


def _login_of_dn(text: str) -> str:
    """Return the value that names an account in a DN: of its first RDN, wherever in the tree it is said to be.

    Service accounts have no entry, and devices are set up with all kinds of bases; the password decides.
    """
    try:
        dn = DN.parse(text)
    except BadInput:
        return text
    first = dn.rdns[0] if dn.rdns else ()
    return first[0].value if len(first) == 1 and first[0].attribute in _NAMING else text
