# SPDX-License-Identifier: GPL-3.0-or-later
"""structlog without rich: what would draw traces on terminals takes 4 MB of each worker, and our lines are plain or JSON.

structlog imports rich wherever it is installed (its module ``dev``), and we have it installed for the tables of commands. For
the moment of that import, rich is hidden as if it weren't there, which structlog is made for (without it traces are plain). The
import here has to be the first one of structlog in a process: ``tests/serve/test_plain.py`` notices when it isn't.
"""

from __future__ import annotations

import sys

_was_there = "rich" in sys.modules
if not _was_there:
    sys.modules["rich"] = None  # type: ignore[assignment] # what Python itself says an import that isn't to be found looks like
try:
    import structlog
finally:
    if not _was_there:
        del sys.modules["rich"]

__all__ = ["structlog"]
