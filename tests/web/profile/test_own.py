# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

from dirserver.model.approval import Approver
from dirserver.model.principal import Door
from dirserver.web.profile.own import approver_words, completeness
from tests.cast import entry_of, principal


def test_what_is_missing_is_counted_and_who_may_fill_it_in_is_told(app, parts, change, required):
    change("ada", telephoneNumber=None, mail=None)
    with app.test_request_context("/"):
        told = completeness(entry_of(parts.directory, principal(parts.identity, "ada", Door.WEB), "ada"))
        assert (told.asked, told.said, told.percent) == (3, 1, 33)
        assert told.missing == (("mail", "Mail", False), ("telephoneNumber", "Work phone", True))
        # What its reader may not see is not asked of them.
        assert completeness(entry_of(parts.directory, principal(parts.identity, "esme", Door.WEB), "ada")).asked == 2


def test_who_approves_is_told_in_words(app):
    with app.test_request_context("/"):
        words = [approver_words(Approver.parse(text)) for text in ("manager", "stewards", "group:hr", "account:dov")]
    assert words == ["your manager", "those who look after the list", "hr", "dov"]
