# SPDX-License-Identifier: GPL-3.0-or-later
"""How pages show an entry: fields, values, rows, photos."""
