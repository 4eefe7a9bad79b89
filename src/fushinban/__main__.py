"""`python -m fushinban` is the same as `fushinban`."""

from fushinban.cli import main

main()
