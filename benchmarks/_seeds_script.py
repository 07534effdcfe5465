"""`claim_task` as the seeds describe a script: a process of its own, three separate writes, a SHA lock for each file.

Arguments: the forge's address, the actor, the task; the token comes on standard input. Page first, then the index
files, the audit trail last; a stale SHA is retried with exponential backoff for as long as it takes. It is kept light
on purpose, standard library only, so that the comparison favours it. Prints the bytes sent and the conflicts met.
"""

from __future__ import annotations

import base64
import json
import random
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable

REPO = "/api/v1/repos/Smartup_Zero/2_workplace/contents/"


class Forge:
    """The common part of the scripts: reading and writing single files."""

    def __init__(self, address: str, token: str) -> None:
        self._address = address
        self._headers = {"Authorization": f"token {token}", "Content-Type": "application/json"}
        self.sent = 0
        self.conflicts = 0

    def _ask(self, method: str, path: str, body: bytes | None = None) -> dict[str, str]:
        request = urllib.request.Request(self._address + REPO + path, body, self._headers, method=method)
        with urllib.request.urlopen(request, timeout=120) as answer:
            found: dict[str, str] = json.load(answer)
        return found

    def write(self, path: str, change: Callable[[str], str]) -> None:
        """Read, change and write one file, again and again until nobody came between."""
        wait = 0.1
        while True:
            try:
                known = self._ask("GET", path)
                text = change(base64.b64decode(known["content"]).decode())
                content = base64.b64encode(text.encode()).decode()
                body = json.dumps({"content": content, "sha": known["sha"], "branch": "main", "message": path}).encode()
                self.sent += len(text.encode())
                self._ask("PUT", path, body)
            except urllib.error.HTTPError as error:
                if error.code not in (403, 409, 422, 500):
                    raise
                self.conflicts += 1
                time.sleep(wait * random.uniform(0.5, 1.5))
                wait = min(wait * 2, 3.2)
            else:
                return


def main(address: str, actor: str, task: str) -> None:
    """Claim the attacker's seat."""
    forge = Forge(address, sys.stdin.readline().strip())
    now = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())
    page = f"wiki/6_7/6_7_0/{task}_task.md"

    def seat(text: str) -> str:
        lines = text.splitlines()
        return "".join(
            (line.replace(",open,,", f",open,{actor},") if line.startswith(f"{task},") else line) + "\n"
            for line in lines
        )

    forge.write(page, lambda text: f"{text}\n### {actor}, {now}\n\nTook the attacker's seat.\n")
    forge.write("work/task-budgets.csv", seat)
    forge.write("work/task_claimed.csv", lambda text: f"{text}{now},{task},{actor},attacker,claim,\n")
    row = f"{now},{actor}-{task},{actor},claim_task,task,{task},{actor} took a seat,claim_task,ok,{actor}-{task}\n"
    forge.write("master-events.csv", lambda text: text + row)
    print(json.dumps({"sent": forge.sent, "conflicts": forge.conflicts}))


if __name__ == "__main__":
    main(*sys.argv[1:])
