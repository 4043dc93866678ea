# SPDX-License-Identifier: GPL-3.0-or-later
"""WCAG 2.2 AA, checked by axe-core in a real browser: call ``check`` on any page that a browser test has open.

    from tests.web.accessibility import check

    def test_my_page(visit):
        page = visit("/my/page")
        page.get_by_role("button", name="More").click()
        check(page)

``visit`` (tests/web/browsing.py) signs in as one of the cast. ``check`` looks at the page as it stands, in light and in dark, and
for anything wider than the screen; open first what opens (menus, dialogs, errors of a form). ``tests/web/test_crawl.py`` does the
same with each page that links lead to, so a browser test needs it only for what no link shows. axe-core comes by npm: ``make packages``.
"""

from functools import cache
from pathlib import Path

from playwright.sync_api import Page

from tests.programs import absent

_AXE = Path(__file__).parent / "axe" / "node_modules" / "axe-core" / "axe.min.js"

# Preloading would fetch style sheets again; a test without motion finds colours that have settled.
_RUN = """
async (only) => {
  const found = await axe.run(document, { runOnly: only, resultTypes: ['violations'], preload: false });
  // An item of a tree is named by its own line, and what one sees in it is everything below too.
  const isMeant = (rule, node) => rule.id !== 'label-content-name-mismatch' || !node.html.includes('role="treeitem"');
  return found.violations.flatMap((rule) =>
    rule.nodes.filter((node) => isMeant(rule, node))
      .map((node) => `${rule.id}: ${rule.help}: ${node.target.join(' ')}: ${node.html.slice(0, 200)}`));
}
"""
_RULES = {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]}
_COLOURS = {"type": "rule", "values": ["color-contrast"]}
_WIDER = """
() => document.documentElement.scrollWidth <= innerWidth ? [] : [...document.querySelectorAll('body *')]
  .filter((each) => each.checkVisibility() && each.getBoundingClientRect().right > innerWidth + 1)
  .map((each) => `wider than the screen: ${each.outerHTML.slice(0, 200)}`)
  .concat([`the page is ${document.documentElement.scrollWidth}px wide`])
"""


@cache
def _axe() -> str:
    if not _AXE.exists():
        absent("axe-core is not installed: run 'make packages'")
    return _AXE.read_text()


def faults(page: Page) -> list[str]:
    """Return what is wrong with a page as it stands, a line each: all rules in light, colours again in dark, and too wide a page."""
    page.evaluate(_axe())
    size = page.viewport_size
    if size is not None:
        # As tall as it is, so that no bar that sticks to the bottom covers anything.
        page.set_viewport_size({"width": size["width"], "height": page.evaluate("document.documentElement.scrollHeight")})
    found: list[str] = page.evaluate(_WIDER)
    for scheme, rules in (("dark", _COLOURS), ("light", _RULES)):
        page.emulate_media(color_scheme=scheme, reduced_motion="reduce")  # type: ignore[arg-type]
        found += [f"{scheme}: {' '.join(each.split())}" for each in page.evaluate(_RUN, rules)]
    if size is not None:
        page.set_viewport_size(size)
    return found


def check(page: Page) -> None:
    """Fail with a line for each fault of a page; leaves it in light."""
    found = faults(page)
    assert not found, "\n".join(found)
