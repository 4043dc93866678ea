# SPDX-License-Identifier: GPL-3.0-or-later
"""Reading ``push-register`` (draft-bitfire-webdav-push section 3.1): where a device wants to be told, of what, and until when."""

from __future__ import annotations

from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from http import HTTPStatus
from xml.etree.ElementTree import Element

from dirserver.push.message import ENCODING
from dirserver.push.subscribing import Wish
from radicale_dirserver.wire.errors import Refused
from radicale_dirserver.wire.names import push
from radicale_dirserver.wire.xml_body import read_xml

MAX_REGISTER_BYTES = 65_536


def invalid(message: str) -> Refused:
    """Return the refusal of a subscription that can't be used."""
    return Refused(HTTPStatus.FORBIDDEN, message, push("invalid-subscription"))


def read_push_register(body: bytes) -> Wish:
    """Read a registration. Raises Refused, with the draft's precondition where it names one."""
    root = read_xml(body)
    if root is None or root.tag != push("push-register"):
        raise Refused(HTTPStatus.BAD_REQUEST, "What is posted to a book must be a push-register of WebDAV-Push.")
    subscription = root.findall(f"{push('subscription')}/{push('web-push-subscription')}")
    if len(subscription) != 1:
        raise invalid("A registration holds one web-push-subscription.")
    (wanted,) = subscription
    if _text(wanted, "content-encoding") not in {"", ENCODING}:
        raise invalid(f"Messages are encrypted as {ENCODING}, and in no other way.")
    resource, p256dh, auth = (_text(wanted, name) for name in ("push-resource", "subscription-public-key", "auth-secret"))
    if not resource or not p256dh or not auth:
        raise invalid("A subscription needs push-resource, subscription-public-key and auth-secret: messages are always encrypted.")
    _require_trigger(root.find(push("trigger")))
    return Wish(resource, p256dh, auth, _read_time(_text(root, "expires")))


def _require_trigger(trigger: Element | None) -> None:
    """Raise Refused where only what we don't tell of is asked for. DAVx5 up to 4.5 sends no trigger: it means the changes of entries."""
    if trigger is not None and len(trigger) and trigger.find(push("content-update")) is None:
        raise Refused(HTTPStatus.FORBIDDEN, "Only changes of entries are told.", push("no-supported-trigger"))


def _text(parent: Element, name: str) -> str:
    return (parent.findtext(push(name)) or "").strip()


def _read_time(text: str) -> datetime | None:
    try:
        found = parsedate_to_datetime(text) if text else None
    except (ValueError, OverflowError):
        raise invalid("The time in expires can't be read: write it as in Wed, 20 Dec 2023 10:03:31 GMT.") from None
    return found.replace(tzinfo=found.tzinfo or UTC) if found is not None else None
