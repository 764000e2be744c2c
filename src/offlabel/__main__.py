"""`python -m offlabel`."""

from offlabel.cli import main

main()
