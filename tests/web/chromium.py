# SPDX-License-Identifier: GPL-3.0-or-later
"""Debian's Chromium, driven by Playwright: headless, and silent towards the network."""

import os
import shutil

from playwright.sync_api import Browser, Playwright

_QUIET = (
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-default-apps",
    "--disable-domain-reliability",
    "--disable-gpu",
    "--disable-sync",
    "--no-first-run",
    "--no-pings",
    "--metrics-recording-only",
)


def find_chromium() -> str | None:
    """Return the browser's path, None if there is none; DIRSERVER_TEST_CHROMIUM names another one."""
    return os.environ.get("DIRSERVER_TEST_CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")


def launch(playwright: Playwright) -> Browser:
    """Return a running browser. Its sandbox can't start as root, and then it only opens our own pages."""
    sandbox = ["--no-sandbox"] if os.geteuid() == 0 else []
    return playwright.chromium.launch(executable_path=find_chromium(), args=[*_QUIET, *sandbox])
