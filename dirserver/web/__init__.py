# SPDX-License-Identifier: GPL-3.0-or-later
"""The web door: pages and the JSON API."""
