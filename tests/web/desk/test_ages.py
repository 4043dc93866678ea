# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

from tests.cast import uuid_of
from tests.web.aging import age, with_mail


def test_a_steward_sees_who_was_asked_and_confirms_what_they_know(chika, parts):
    age(parts)
    page = chika.open("/desk/people/unconfirmed")
    assert "8 entries were not confirmed for 180 days." in page.text
    assert "not asked by mail yet" in page.text
    mailed = with_mail(parts)
    mailed.care.confirmations.ask()
    mailed.close()
    page = chika.open("/desk/people/unconfirmed")
    assert "there is nobody to ask" in page.text
    assert "ada was asked on" in page.text
    form = page.form("/desk/people/unconfirmed")
    done = chika.send("/desk/people/unconfirmed", form.filled(entry=[uuid_of("finn")]))
    assert done.location == "/desk/people/unconfirmed?done=confirmed"
    assert "7 entries were not confirmed" in chika.open(done.location).text
    assert chika.send("/desk/people/unconfirmed", form.filled(entry=["x"])).status == 404
