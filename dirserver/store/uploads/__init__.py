# SPDX-License-Identifier: GPL-3.0-or-later
"""Files on their way in, and how far their imports are."""
