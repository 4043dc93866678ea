# SPDX-License-Identifier: GPL-3.0-or-later
"""Letters to people: their texts, how they are written, and how they get to the mail server."""
