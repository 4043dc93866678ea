# SPDX-License-Identifier: GPL-3.0-or-later
from dataclasses import replace

import pytest
from flask import Flask

from dirserver.config.values import AttributeName
from dirserver.wiring import Parts


@pytest.fixture
def required(app: Flask, parts: Parts) -> None:
    """The policy asks for a name, mail and a work phone."""
    care = replace(parts.config.care, required=tuple(map(AttributeName, ("cn", "mail", "telephoneNumber"))))
    app.extensions["dirserver.parts"] = replace(parts, config=replace(parts.config, care=care))
