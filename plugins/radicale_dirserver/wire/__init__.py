# SPDX-License-Identifier: GPL-3.0-or-later
"""HTTP and XML, read into frozen values and written from them."""
