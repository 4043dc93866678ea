# SPDX-License-Identifier: GPL-3.0-or-later
"""Compare (RFC 4511 section 4.10): does the entry hold this value? Answered by a search, so it says nothing that a search wouldn't."""

from __future__ import annotations

from collections.abc import Iterator

from dirserver.directory.reading import Reading
from dirserver.directory.views.entry import Search
from dirserver.errors import BadInput
from dirserver.ldap.controls.assertion import require
from dirserver.ldap.session import Session, Site
from dirserver.ldap.tree.containers import nearest_existing
from dirserver.ldap.tree.dit import Tree, read_dn
from dirserver.ldap.tree.held import HeldEntry, canonical
from dirserver.ldap.tree.references import References
from dirserver.ldap.tree.subordinates import is_about_them
from dirserver.ldap.wire import encode
from dirserver.ldap.wire.message import Code, CompareRequest, Response, Result, Scope
from dirserver.model.attribute import Syntax, find
from dirserver.model.dn import DN
from dirserver.model.filter import And, Equality, Filter, Present
from dirserver.model.names import Slug


def answer(site: Site, session: Session, request: CompareRequest, asserted: Filter | None = None) -> Iterator[bytes]:
    """Yield the result. Raises errors of our tree. ``asserted``: what must be true of the entry (RFC 4528)."""
    yield encode.result(Response.COMPARE, _compare(site, session, request, asserted))


def _compare(site: Site, session: Session, request: CompareRequest, asserted: Filter | None) -> Result:
    dn = read_dn(request.name)
    if session.principal.is_anonymous and not site.config.ldap.anonymous:
        return Result(Code.INSUFFICIENT_ACCESS_RIGHTS, "sign in first: bind with a name and a password")
    if canonical(request.attribute) is None:
        return Result(Code.UNDEFINED_ATTRIBUTE_TYPE, "this server knows no such attribute")
    try:
        assertion = Equality(request.attribute, request.value.decode())
    except UnicodeDecodeError:
        return Result(Code.INAPPROPRIATE_MATCHING, "this attribute can't be compared with such a value")
    wrong = _wrong_value(assertion)
    if wrong is not None:
        return wrong
    with site.directory.reading(session.principal) as reading:
        place = site.tree.locate(dn)
        reach = None if place is None else site.reaches.of(reading, place, Scope.BASE, is_counting=is_about_them(request.attribute))
        if reach is None:
            return Result(Code.NO_SUCH_OBJECT, "there is no entry of this name", nearest_existing(reading, site.tree, dn))
        require(reading, site.tree, place, asserted)
        if reach.one is None:
            return _judge_held(reach.held[0], assertion)
        return _judge(reading, site.tree, reach.one, assertion)


def _wrong_value(assertion: Equality) -> Result | None:
    """Return the result for a value that can't be one of the attribute (RFC 4511 appendix A.2); None if it can."""
    attribute = find(assertion.attribute)
    if attribute is not None and attribute.syntax is Syntax.BINARY:
        return Result(Code.INAPPROPRIATE_MATCHING, f"{attribute.name} can't be compared")
    if not assertion.value or (attribute is not None and attribute.syntax is Syntax.DN and not _is_dn(assertion.value)):
        return Result(Code.INVALID_ATTRIBUTE_SYNTAX, "this can't be a value of the attribute")
    return None


def _is_dn(text: str) -> bool:
    try:
        DN.parse(text)
    except BadInput:
        return False
    return True


def _judge_held(entry: HeldEntry, assertion: Equality) -> Result:
    if entry.satisfies(assertion):
        return Result(Code.COMPARE_TRUE)
    return Result(Code.COMPARE_FALSE if entry.satisfies(Present(assertion.attribute)) else Code.NO_SUCH_ATTRIBUTE)


def _judge(reading: Reading, tree: Tree, entry: tuple[Slug, str], assertion: Equality) -> Result:
    slug, uuid = entry
    references = References(reading, tree)

    def holds(wanted: Filter) -> bool:
        question = And((Equality("entryUUID", uuid), references.translate(wanted)))
        return bool(reading.search(Search(question, (slug,), limit=1)).entries)

    if holds(assertion):
        return Result(Code.COMPARE_TRUE)
    return Result(Code.COMPARE_FALSE if holds(Present(assertion.attribute)) else Code.NO_SUCH_ATTRIBUTE)
