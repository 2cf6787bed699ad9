"""The commands of `python -m core`: every public function of these modules is one, under its own name."""
