# SPDX-License-Identifier: GPL-3.0-or-later
"""Approvals: which fields people change of their own entry only with somebody's approval, and whose."""

from __future__ import annotations

from flask import Blueprint, render_template, request, url_for
from werkzeug.wrappers import Response

from dirserver.model.approval import Approval, Approver, ApproverKind
from dirserver.model.attribute import FIELDS
from dirserver.web.admin import frame
from dirserver.web.books.levels import class_name
from dirserver.web.entry.fields import label_of_unit
from dirserver.web.shell.current import config
from dirserver.web.shell.languages import gettext, mark
from dirserver.web.shell.links import PEOPLE

KINDS = {
    ApproverKind.MANAGER: mark("their manager"),
    ApproverKind.STEWARDS: mark("who may change it for everybody"),
    ApproverKind.GROUP: mark("a group"),
    ApproverKind.ACCOUNT: mark("an account"),
}
_NAMED = frozenset({ApproverKind.GROUP, ApproverKind.ACCOUNT})

pages = Blueprint("admin_approvals", __name__)
frame.opens_doors(pages, lambda: url_for("admin_approvals.show"))


@pages.get("/admin/approvals")
def show() -> str:
    """Show what waits for whom."""
    return _page()


@pages.post("/admin/approvals")
def add() -> Response:
    """Let changes of a field, or of a class of fields, wait for somebody; it takes the place of what was said of it before."""

    def deed() -> None:
        with frame.writing() as opened:
            opened.proposals.let_wait(opened.book(PEOPLE), request.form.get("field", ""), _approver())

    return frame.attempt(deed, _page, url_for("admin_approvals.show"))


@pages.post("/admin/approvals/remove")
def remove() -> Response:
    """Let changes of it wait for nobody any more."""

    def deed() -> None:
        with frame.writing() as opened:
            opened.proposals.let_pass(opened.book(PEOPLE), request.form.get("field", ""))

    return frame.attempt(deed, _page, url_for("admin_approvals.show"))


def _approver() -> Approver:
    kind, name = request.form.get("kind", ""), request.form.get("name", "").strip()
    return Approver.parse(f"{kind}:{name}" if kind in _NAMED else kind)


def _page(problem: str = "") -> str:
    with frame.reading() as opened:
        rules: tuple[Approval, ...] = opened.proposals.rules(opened.book(PEOPLE))
        classes = [each.name for each in config().fields.classes]
        return render_template(
            "admin/approvals.html",
            rules=rules,
            class_name=class_name,
            classes=[*classes, *(("private",) if "private" not in classes else ())],
            fields=sorted((gettext(label_of_unit(field)), field) for field in FIELDS),
            labels={field.lower(): label_of_unit(field) for field in FIELDS},
            kinds=KINDS,
            groups=[group.name for group in opened.groups()],
            problem=problem,
        )
