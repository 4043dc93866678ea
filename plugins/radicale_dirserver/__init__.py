# SPDX-License-Identifier: GPL-3.0-or-later
"""The CardDAV door: what Radicale loads by name, and our subclass of its application."""
