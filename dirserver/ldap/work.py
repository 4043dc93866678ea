# SPDX-License-Identifier: GPL-3.0-or-later
"""Answering one request in a thread: long answers are sent on as they grow.

It touches nothing of the connection except by ``callFromThread``, the task's ``is_cancelled`` and the outlet's ``promise``.
"""

from __future__ import annotations

import time

from dirserver.ldap import access_log, operations
from dirserver.ldap.kept import recalling
from dirserver.ldap.line import Task
from dirserver.ldap.session import Session, Site
from dirserver.ldap.threads import Threads
from dirserver.ldap.wire import encode
from dirserver.ldap.wire.message import Code, Result
from dirserver.listening.outlet import Outlet
from dirserver.model.origin import come_from

_CHUNK = 32 * 1024
_TOO_MUCH_UNREAD = Result(Code.ADMIN_LIMIT_EXCEEDED, "too much of this answer waits to be read")


def work(site: Site, session: Session, task: Task, outlet: Outlet, threads: Threads) -> bytes:
    """Send what doesn't fit one piece and return the rest, with the result at its end; nothing for who doesn't want it any more."""
    come_from(session.principal, session.address)
    started = time.perf_counter()
    chunk: list[bytes] = []
    size = count = 0
    answer = b""
    for answer in recalling.answer(site, session, task.message, task.waiting):
        if task.is_cancelled:
            return b""
        octets = encode.message(task.message.id, answer)
        chunk.append(octets)
        size += len(octets)
        count += 1
        if size >= _CHUNK:
            if outlet.promise(size) > site.limits.unsent_bytes:
                outlet.promise(-size)
                return encode.messages(task.message.id, operations.refusal_of(task.message, _TOO_MUCH_UNREAD))
            threads.tell(outlet.write, b"".join(chunk))
            chunk, size = [], 0
    access_log.note(site, task.message, session, answer, entries=count - 1, started=started)
    return b"".join(chunk)
