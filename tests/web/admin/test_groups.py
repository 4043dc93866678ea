# SPDX-License-Identifier: GPL-3.0-or-later

from dirserver.model.principal import Principal
from dirserver.wiring import Parts
from tests.cast import uuid_of
from tests.web.visitor import Visitor

GROUPS = "/admin/groups"


def _members(parts: Parts, name: str) -> set[str]:
    with parts.directory.reading(Principal.system()) as reading:
        return {member.name for member in reading.group(name).members}


def test_a_group_is_made_renamed_and_removed(admin: Visitor):
    assert admin.fill_in(GROUPS, GROUPS, name="board", description="Who decides").location == "/admin/groups/board"
    assert "Who decides" in admin.open(GROUPS).text
    assert admin.fill_in("/admin/groups/board", "/admin/groups/board", name="council").location == "/admin/groups/council"
    assert admin.fill_in("/admin/groups/council", "/admin/groups/council/remove").location == GROUPS
    assert admin.open("/admin/groups/council").status == 404


def test_a_name_that_is_taken_is_said_beside_it(admin: Visitor):
    made = admin.fill_in(GROUPS, GROUPS, name="hr", description="Once more")
    renamed = admin.fill_in("/admin/groups/sales", "/admin/groups/sales", name="hr", description="Once more")
    for page in (made, renamed):
        assert page.status == 409
        field = page.html[page.html.index('id="name" name="name"') :].partition("</div>")[0]
        assert 'value="hr"' in field
        assert 'aria-invalid="true" aria-describedby="name-problem"' in field
        assert "There is a group &#39;hr&#39; already." in field
        assert 'value="Once more"' in page.html
        assert 'role="alert"' not in page.html
    # The group itself is called as before.
    assert "<h1><bdi>sales</bdi></h1>" in renamed.html


def test_people_are_put_in_and_taken_out(admin: Visitor, parts: Parts):
    page = "/admin/groups/hr"
    before = _members(parts, "hr")
    admin.fill_in(page, f"{page}/members", who="zoe")
    assert _members(parts, "hr") == before | {"zoe"}
    admin.fill_in(page, f"{page}/members/remove", uuid=uuid_of("zoe"))
    assert _members(parts, "hr") == before
    admin.fill_in(page, f"{page}/members", who=uuid_of("ludo"))
    assert "ludo" in _members(parts, "hr")


def test_a_login_that_nobody_has_is_said_at_the_field_where_it_was_typed(admin: Visitor):
    page = "/admin/groups/hr"
    wrong = admin.fill_in(page, f"{page}/members", who="nobody-there")
    assert wrong.status == 422
    form = wrong.html[wrong.html.index(f'action="{page}/members"') :].partition("</form>")[0]
    assert 'value="nobody-there" aria-invalid="true" aria-describedby="who-problem"' in form
    assert "Nobody goes by “nobody-there” here" in form
    assert 'role="alert"' not in wrong.html
    assert admin.send("/admin/groups/none/members", admin.open(page).form(f"{page}/members").filled(who="zoe")).status == 404


def test_what_is_granted_to_a_group_is_shown(admin: Visitor):
    assert "/admin/grants?book=people" in admin.open("/admin/groups/hr").links


def test_a_second_factor_is_required_of_a_group_and_no_longer(admin: Visitor, parts: Parts):
    page, action = "/admin/groups/hr", "/admin/groups/hr/second-factor"
    assert admin.fill_in(page, action).location == page
    assert parts.second_factor.state("chika").is_required
    assert "required" in admin.open(GROUPS).text
    assert "required by a group" in admin.open("/admin/accounts/chika").text
    assert admin.fill_in(page, action).location == page
    assert not parts.second_factor.state("chika").is_required
