# SPDX-License-Identifier: GPL-3.0-or-later
"""Recovery codes: shown once, to be printed or saved; each lets somebody in once without the phone."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence

from flask import Blueprint, render_template, request, url_for
from werkzeug.wrappers import Response

from dirserver.errors import NotFound
from dirserver.web.security.block import Block
from dirserver.web.security.proving import require_fresh
from dirserver.web.shell.current import config, identity, parts, reading
from dirserver.web.shell.languages import gettext, mark
from dirserver.web.shell.session import signed_in

_PURPOSE = "recovery codes to save"
_HOLDS_S = 600
_FILE_HEAD = mark("Recovery codes of %(login)s for %(domain)s. Each works once, in place of the code from the app.")

pages = Blueprint("recovery_codes", __name__)


@pages.post("/me/security/recovery-codes")
def renew() -> Response:
    """Make ten new codes and show them, this once."""
    require_fresh(url_for("security.show"))
    return shown_page(parts().second_factor.renew_recovery_codes(signed_in().account.login), is_first=False)


@pages.get("/me/security/recovery-codes.txt")
def save() -> Response:
    """Give the codes that the link holds as a file: to whose they are, while it holds."""
    opened = identity().sealer(_PURPOSE).open(request.args.get("sealed", ""), _HOLDS_S)
    login, codes = json.loads(opened) if opened is not None else ("", [])
    if not login or login != signed_in().account.login:
        raise NotFound("this link is too old; make other codes")
    head = gettext(_FILE_HEAD) % {"login": login, "domain": config().domain}
    answer = Response("\n".join([head, "", *codes, ""]), mimetype="text/plain")
    answer.headers["Content-Disposition"] = 'attachment; filename="recovery-codes.txt"'
    return answer


def shown_page(codes: Sequence[str], *, is_first: bool) -> Response:
    """Return the only page that ever shows these codes."""
    login = signed_in().account.login
    sealed = identity().sealer(_PURPOSE).seal(json.dumps([login, list(codes)]))
    with reading():
        page = render_template("security/recovery_codes.html", codes=codes, sealed=sealed, is_first=is_first)
    return Response(page, mimetype="text/html")


def _told() -> Mapping[str, object]:
    return {"state": parts().second_factor.state(signed_in().account.login)}


BLOCK = Block("security/recovery_codes_block.html", _told)
