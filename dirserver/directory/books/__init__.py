# SPDX-License-Identifier: GPL-3.0-or-later
"""Books as somebody sees them, and sharing them."""
