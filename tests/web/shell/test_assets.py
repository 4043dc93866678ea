# SPDX-License-Identifier: GPL-3.0-or-later

from dirserver.web.shell.assets import areas
from tests.web.visitor import Visitor


def test_assets_may_be_kept_under_the_address_of_their_content(nobody: Visitor):
    page = nobody.open("/sign-in")
    style = next(link for link in page.links if "pages.css" in link)
    assert nobody.open(style).answer.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert nobody.open("/static/pages.css?v=old").answer.headers["Cache-Control"] == "no-cache"
    assert nobody.open("/static/app.py").status == 404
    assert nobody.open("/static/..%2fapp.py").status == 404


def test_names_of_assets_are_unique():
    names = [file.name for area in areas() for file in (area / "static").glob("*")]
    assert len(names) == len(set(names))
