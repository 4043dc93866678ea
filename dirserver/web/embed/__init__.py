# SPDX-License-Identifier: GPL-3.0-or-later
"""The people search that pages of other sites hold."""
