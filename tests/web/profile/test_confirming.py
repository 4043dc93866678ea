# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

from dirserver.web.app import make_app
from tests.cast import uuid_of
from tests.web.aging import age, secrets_for, with_mail
from tests.web.visitor import Visitor


def test_a_letter_leads_to_one_button_that_needs_no_sign_in_and_works_once(parts, card_of):
    age(parts)
    mailed = with_mail(parts)
    mailed.care.confirmations.ask()
    (secret,) = secrets_for(mailed, "ada")
    visitor, link = Visitor(make_app(mailed)), f"/confirm/{secret}"
    for _ in range(2):
        page = visitor.open(link)
        assert "your own entry" in page.text
        assert "Ada Łukasińska" in page.text
        assert not {"+49", "ada@example.com", "Account Manager"} & set(page.text.split()), "nothing but the name"
    assert mailed.care.confirmations.question(secret) is not None, "looking changes nothing"
    form = page.form(link).filled()
    assert visitor.send(link, {key: value for key, value in form.items() if key != "csrf_token"}).status == 403
    assert visitor.send(link, {**form, "entry": []}).status == 422
    done = visitor.send(link, {**form, "entry": [uuid_of("ada"), uuid_of("bruno")]})
    assert "1 entry is still correct" in done.text
    assert visitor.open(link).status == visitor.send(link, form).status == 410
    assert visitor.open("/confirm/nonsense").status == 410
    assert visitor.open("/me/profile").location.startswith("/sign-in")
    mailed.close()
