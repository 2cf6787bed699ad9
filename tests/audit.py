"""Whether anything that we use has a known weakness, by PyPI's advisories: the end of make lint.

Where they cannot be reached, as on a machine without the internet, that is said, and it is no failure.
"""

import json
import subprocess
import sys

COMMAND = [
    sys.executable,
    "-m",
    "pip_audit",
    "--local",
    "--format",
    "json",
    "--progress-spinner",
    "off",
    "--timeout",
    "10",
]
SECONDS = 180
UNREACHED = "The packages were not audited: PyPI's advisories cannot be reached from here."


def main() -> int:
    """Prints what was found; 1 if a package has a known weakness."""
    try:
        ended = subprocess.run(COMMAND, capture_output=True, text=True, timeout=SECONDS, check=False)
        found = json.loads(ended.stdout)["dependencies"]
    except (subprocess.TimeoutExpired, ValueError):
        print(UNREACHED)
        return 0
    return told(found)


def told(found: list[dict[str, object]]) -> int:
    """Prints what became of these packages; 1 if one has a known weakness."""
    audited = [one for one in found if "skip_reason" not in one]
    weak = [one for one in audited if one["vulns"]]
    for one in weak:
        ids = ", ".join(each["id"] for each in one["vulns"])  # type: ignore[attr-defined]
        print(f"{one['name']} {one['version']}: {ids}")
    if not weak:
        print(f"{len(audited)} of {len(found)} packages audited, none with a known weakness." if audited else UNREACHED)
    return 1 if weak else 0


if __name__ == "__main__":
    sys.exit(main())
