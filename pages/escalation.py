"""One escalation: where its promise stands, its history, and the next moves."""

from dashboard import casepage

casepage.show()
