"""Has any package of requirements.lock a vulnerability that the world knows of?

Fails on one. Where the service cannot be asked, or does not know the packages, says so and passes: a change
must not wait for somebody else's server.
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

LOCK = Path(__file__).parent.parent / "requirements.lock"
SECONDS = 120
COMMAND = [
    *(sys.executable, "-m", "pip_audit", "--requirement", str(LOCK), "--require-hashes", "--disable-pip"),
    *("--format", "json", "--progress-spinner", "off", "--timeout", "5"),
]


def verdict(answer: str, complaint: str) -> tuple[list[str], str]:
    """Every known vulnerability, and what is to be said of packages that were not audited."""
    try:
        packages: list[dict[str, Any]] = json.loads(answer)["dependencies"]
    except ValueError:
        return [], f"not audited: {(complaint.strip().splitlines() or ['no answer'])[-1][:200]}"
    known = [
        f"{package['name']} {package['version']}: {found['id']}, mended in"
        f" {', '.join(found['fix_versions']) or 'no version yet'}"
        for package in packages
        for found in package.get("vulns", ())
    ]
    passed_over = sum("skip_reason" in package for package in packages)
    said = f"not audited: {passed_over} of {len(packages)} packages, which the service does not know"
    return known, said if passed_over else ""


def main() -> int:
    try:
        # The command is ours, word by word.
        asked = subprocess.run(COMMAND, capture_output=True, text=True, timeout=SECONDS, check=False)  # noqa: S603
    except subprocess.TimeoutExpired:
        known, said = [], f"not audited: no answer in {SECONDS} seconds"
    else:
        known, said = verdict(asked.stdout, asked.stderr)
    sys.stdout.writelines(f"{line}\n" for line in (*known, said) if line)
    return 1 if known else 0


if __name__ == "__main__":
    sys.exit(main())
