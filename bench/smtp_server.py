"""A mail server in a process of its own: `python -m bench.smtp_server PORT FILE [SECONDS]`.

It takes everything: it writes the Message-ID of each message into the file, and says yes so many seconds later. Who is killed in
between has sent it and does not know: the worst moment.
"""

import asyncio
import sys
from pathlib import Path
from typing import Any

from aiosmtpd.smtp import SMTP


class Keeper:
    """Writes down what it takes."""

    def __init__(self, file: Path, seconds: float) -> None:
        self.taken, self.seconds = file.open("a", buffering=1), seconds

    async def handle_DATA(self, server: object, session: object, envelope: Any) -> str:
        """Takes a message."""
        head = bytes(envelope.content).split(b"\r\n\r\n", 1)[0].decode()
        self.taken.write(
            next(line for line in head.splitlines() if line.lower().startswith("message-id:"))[11:].strip() + "\n"
        )
        if self.seconds:
            await asyncio.sleep(self.seconds)
        return "250 OK"


async def serve(port: int, file: Path, seconds: float) -> None:
    """Serves until it is ended."""
    keeper = Keeper(file, seconds)
    server = await asyncio.get_running_loop().create_server(lambda: SMTP(keeper), "127.0.0.1", port, backlog=200)
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(serve(int(sys.argv[1]), Path(sys.argv[2]), float(sys.argv[3]) if len(sys.argv) > 3 else 0))
