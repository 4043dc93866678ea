# SPDX-License-Identifier: GPL-3.0-or-later

from dirserver.web.shell.called import called


def test_people_are_called_by_name_and_whoever_is_no_account_by_what_they_are(app):
    with app.test_request_context("/"):
        assert [called(login) for login in ("ada", "system", "", "ada")] == ["Ada Łukasińska", "system", "", "Ada Łukasińska"]
