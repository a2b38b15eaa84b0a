"""`python -m bench`: every benchmark that needs nothing running."""

import sys

from bench.run import main

if __name__ == "__main__":
    sys.exit(main())
