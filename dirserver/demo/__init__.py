# SPDX-License-Identifier: GPL-3.0-or-later
"""The sample company of make demo, made from nothing but a seed."""
