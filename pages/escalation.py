"""One escalation beside its complaint: both clocks, both histories, and the next moves."""

from dashboard import casepage

casepage.show()
