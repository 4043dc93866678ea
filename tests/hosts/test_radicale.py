# SPDX-License-Identifier: GPL-3.0-or-later
"""What the CardDAV door relies on in Radicale: its plug-in interface changes between minor versions, and this says so first."""

from __future__ import annotations

import inspect
from functools import partial

import pytest
from radicale import auth, config, rights, storage, types
from radicale.app import Application
from radicale.app.base import ApplicationBase
from radicale.auth import AuthContext, BaseAuth
from radicale.item import Item
from radicale.rights import BaseRights
from radicale.storage import BaseCollection, BaseStorage


def parameters(function) -> list[str]:
    return list(inspect.signature(function).parameters)


@pytest.mark.parametrize(
    "function, names",
    [
        (BaseAuth.__init__, ["self", "configuration"]),
        (BaseAuth._login_ext, ["self", "login", "password", "context"]),
        (BaseAuth.get_external_login, ["self", "environ"]),
        (BaseAuth.login, ["self", "login", "password", "context"]),
        (BaseRights.__init__, ["self", "configuration"]),
        (BaseRights.authorization, ["self", "user", "user_groups", "path"]),
        (BaseStorage.__init__, ["self", "configuration"]),
        (BaseStorage.discover, ["self", "path", "depth", "child_context_manager", "user_groups"]),
        (BaseStorage.move, ["self", "item", "to_collection", "to_href"]),
        (BaseStorage.create_collection, ["self", "href", "items", "props"]),
        (BaseStorage.acquire_lock, ["self", "mode", "user", "args", "kwargs"]),
        (BaseStorage.verify, ["self"]),
        (BaseCollection.sync, ["self", "old_token"]),
        (BaseCollection.get_multi, ["self", "hrefs"]),
        (BaseCollection.get_all, ["self"]),
        (BaseCollection.get_filtered, ["self", "filters"]),
        (BaseCollection.has_uid, ["self", "uid"]),
        (BaseCollection.upload, ["self", "href", "item"]),
        (BaseCollection.delete, ["self", "href"]),
        (BaseCollection.get_meta, ["self", "key"]),
        (BaseCollection.set_meta, ["self", "props"]),
        (Application._handle_request, ["self", "environ"]),
        (ApplicationBase._xml_response, ["self", "xml_content", "request_info"]),
        (Application.do_OPTIONS, ["self", "environ", "base_prefix", "path", "user", "user_groups", "request_info"]),
    ],
)
def test_what_we_override_has_the_signature_that_we_override(function, names: list[str]):
    assert parameters(function) == names


def test_an_item_takes_what_spares_it_vobject():
    wanted = {"collection", "href", "text", "etag", "last_modified", "name", "component_name", "time_range"}
    assert wanted <= set(parameters(Item.__init__))


def test_the_flags_that_let_any_name_through_exist():
    for flag in ("_is_collision_free", "_supports_unicode", "_supports_trailing_whitespace", "_supports_problematic_chars"):
        assert getattr(BaseStorage, flag) is False


class Made:
    """Counts how often a plugin is made."""

    def __init__(self) -> None:
        self.count = 0

    def storage(self, configuration: config.Configuration) -> BaseStorage:
        self.count += 1
        made = BaseStorage(configuration)
        made._supports_unicode = True
        return made


def configured(**types_: object) -> config.Configuration:
    made = config.load()
    made.update({section: {"type": type_} for section, type_ in types_.items()}, "test", privileged=True)
    return made


def test_a_plugin_may_be_a_callable():
    made = configured(storage=Made().storage, auth=partial(BaseAuth), rights=partial(BaseRights))
    assert isinstance(storage.load(made), BaseStorage)
    assert isinstance(auth.load(made), BaseAuth)
    assert isinstance(rights.load(made), BaseRights)


def test_radicale_makes_its_storage_twice():
    made = Made()
    Application(configured(storage=made.storage, web="none"))
    assert made.count == 2


def test_an_option_of_our_own_is_accepted_beside_a_plugin_of_our_own():
    made = config.load()
    made.update({"storage": {"type": "radicale_dirserver.storage", "dirserver": "dirserver.toml"}}, "test")
    assert made.get("storage", "dirserver") == "dirserver.toml"


@pytest.mark.parametrize(
    "section, option",
    [
        ("auth", "delay"),
        ("auth", "realm"),
        ("auth", "urldecode_username"),
        ("server", "delay_on_error"),
        ("server", "validate_path_value"),
        ("server", "validate_user_value"),
        ("server", "max_content_length"),
        ("server", "max_resource_size"),
        ("rights", "permit_delete_collection"),
        ("rights", "permit_overwrite_collection"),
        ("storage", "predefined_collections"),
        ("logging", "bad_put_request_content"),
    ],
)
def test_the_options_that_we_set_exist(section: str, option: str):
    config.load().get(section, option)


def test_letters_mean_what_we_take_them_for():
    assert set("Rrwl") <= set(rights.INTERNAL_PERMISSIONS)


def test_who_is_signed_in_by_others_is_not_asked_again():
    made = AuthContext()
    assert hasattr(made, "remote_addr")
    assert BaseAuth(configured()).get_external_login({}) == ()


def test_an_answer_is_four_things():
    assert len(types.WSGIResponse.__args__) == 4
