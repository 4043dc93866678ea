# SPDX-License-Identifier: GPL-3.0-or-later
"""Which changes of one's own entry wait for somebody, and who that may be.

Only what one may change for no other reason than that it is one's own waits: who may change the field of everybody needs
nobody's consent, and may give theirs. Nobody decides on what they proposed themselves.
"""

from __future__ import annotations

from collections.abc import Sequence

from dirserver.access.rights import Rights, Standing
from dirserver.access.view import FieldClasses, field_name
from dirserver.model.approval import Approval, Approver, ApproverKind
from dirserver.model.book import Level
from dirserver.model.fold import fold

STEWARDS = Approver(ApproverKind.STEWARDS)


def approver_of(rules: Sequence[Approval], classes: FieldClasses, name: str) -> Approver | None:
    """Return who consents to changes of a field: what is said of the field itself goes before what is said of its class."""
    wanted = field_name(name)
    by_field = {rule.field: rule.approver for rule in rules}
    return by_field.get(wanted) or by_field.get(classes.class_of(wanted))


def needs_consent(rights: Rights, uuid: str, name: str) -> bool:
    """Tell whether the asker may change a field of this entry only because it is their own."""
    return rights.person == uuid and not _is_steward(rights, name)


def may_decide(standing: Standing, rights: Rights, approver: Approver, name: str, uuid: str, manager: str | None) -> bool:
    """Tell whether somebody may decide on a change of a field of the entry with this uuid and manager."""
    if standing.person is not None and standing.person == uuid:
        return False
    if _is_steward(rights, name):
        return True
    match approver.kind:
        case ApproverKind.MANAGER:
            return standing.person is not None and standing.person == manager
        case ApproverKind.GROUP:
            return fold(approver.name) in standing.groups
        case ApproverKind.ACCOUNT:
            return standing.account_id > 0 and fold(approver.name) == fold(standing.login)
        case ApproverKind.STEWARDS:
            return False


def _is_steward(rights: Rights, name: str) -> bool:
    return rights.view.level >= Level.EDIT and rights.view.may_write(name)
