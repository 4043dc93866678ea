# SPDX-License-Identifier: GPL-3.0-or-later
"""HTTP methods: one file for each."""
