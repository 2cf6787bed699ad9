"""Files of cases from other systems: read with a source file, checked in the database, every row accounted for.

source.py       what a source file says about foreign columns; sources/*.toml are those we know
reading.py      any file into records, a bounded piece at a time
mapping.py      their columns into our fields
importing.py    into the database, in one transaction: read this first
indexes.py      made after the rows, the first time
corrections.py  the refused rows, to be mended and imported again
"""
