"""`python -m xinya.cli`: the same as `xinya`."""

import sys

from .main import main

sys.exit(main())
