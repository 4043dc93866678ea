# SPDX-License-Identifier: GPL-3.0-or-later
import pytest

from dirserver.identity.agents import in_words

WEBKIT = "AppleWebKit/537.36 (KHTML, like Gecko)"
APPLE = "AppleWebKit/605.1.15 (KHTML, like Gecko)"


@pytest.mark.parametrize(
    "agent, words",
    [
        ("Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0", "Firefox, Linux"),
        (f"Mozilla/5.0 (Windows NT 10.0; Win64; x64) {WEBKIT} Chrome/142.0.0.0 Safari/537.36", "Chrome, Windows"),
        (f"Mozilla/5.0 (Windows NT 10.0; Win64; x64) {WEBKIT} Chrome/142.0.0.0 Safari/537.36 Edg/142.0.0.0", "Edge, Windows"),
        (f"Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) {APPLE} Version/18.5 Mobile/15E148 Safari/604.1", "Safari, iPhone"),
        (f"Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) {APPLE} Version/18.5 Safari/605.1.15", "Safari, macOS"),
        (
            f"Mozilla/5.0 (Linux; Android 15; SM-S931B) {WEBKIT} SamsungBrowser/28.0 Chrome/130.0.0.0 Mobile Safari/537.36",
            "Samsung Internet, Android",
        ),
        ("curl/8.14.1", "curl"),
        ("Fridge/1.0", ""),
        ("", ""),
        ("x" * 10_000 + "Firefox/1", ""),
    ],
)
def test_what_browsers_call_themselves_is_told_in_words(agent, words):
    assert in_words(agent) == words
