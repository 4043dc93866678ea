# SPDX-License-Identifier: GPL-3.0-or-later
"""The tests mirror the package: dirserver/card/reader.py is tested by tests/card/test_reader.py."""
