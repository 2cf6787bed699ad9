"""The commands of `python -m core`: each public function of each module here is one, named as it is called.

A name that Python keeps for itself ends in an underscore, which the command does not have: `import_` is `import`.
"""
