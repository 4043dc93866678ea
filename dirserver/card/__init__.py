# SPDX-License-Identifier: GPL-3.0-or-later
"""What a contact is: the Card, its readers and writers, and its projections."""
