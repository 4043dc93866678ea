# SPDX-License-Identifier: GPL-3.0-or-later
"""The API keeps what its description promises: schemathesis asks each operation for what it allows, and for what it doesn't."""

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    ignored_auth,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from dirserver.api.app import make_app
from dirserver.identity.tokens import TokenScope
from tests.api.caller import Caller
from tests.cast import make_company
from tests.web.folder import make_parts

CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    ignored_auth,
]


@pytest.fixture(scope="module")
def company(tmp_path_factory):
    """A company that may be spoilt, and a token of an administrator in it."""
    parts = make_parts(tmp_path_factory.mktemp("spoilt"))
    make_company(parts)
    with_token = {"Authorization": f"Bearer {parts.tokens.add('chika', label='schemathesis', scopes=tuple(TokenScope))}"}
    yield make_app(parts), with_token
    parts.close()


@pytest.fixture(scope="module")
def description(company):
    return schemathesis.openapi.from_wsgi("/openapi.json", company[0])


@pytest.mark.slow
def test_every_operation_answers_as_it_is_described(company, description):
    asked = [found.ok() for found in description.get_all_operations()]
    assert len(asked) > 30
    for operation in asked:
        _ask(operation, company[1])


def _ask(operation, headers):
    @settings(max_examples=15, deadline=None, phases=[Phase.generate], database=None, suppress_health_check=list(HealthCheck))
    @given(case=operation.as_strategy())
    def holds(case):
        case.call_and_validate(headers=headers, checks=CHECKS)

    holds()


def test_the_description_can_be_read_by_anybody_and_names_each_operation_once(app):
    told = Caller(app).ok("GET", "/openapi.json")
    assert told["openapi"] == "3.1.0"
    names = [operation["operationId"] for item in told["paths"].values() for operation in item.values()]
    assert len(names) == len(set(names)) > 30
