"""Is everything in order? The same as `offlabel validate`, with the same options."""

import sys

from offlabel.cli import main

if __name__ == "__main__":
    sys.argv[1:1] = ["validate"]
    main()
