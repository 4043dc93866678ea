# SPDX-License-Identifier: GPL-3.0-or-later
"""Setting up devices: where they connect to, and the profile that an iPhone or a Mac takes it from."""
