from __future__ import annotations

from http.client import HTTPConnection


class Till:
    """Sends all payments over one connection, one after the other."""

    def __init__(self, host: str) -> None:
        self.host = host
        self.line: HTTPConnection | None = None
        self.payments = 0

    def connected(self) -> HTTPConnection:
        if self.line is None:
            self.line = HTTPConnection(self.host, timeout=5)
        return self.line

    def pay(self, who: str, amount: int) -> str:
        self.payments += 1
        line = self.connected()
        line.request("POST", f"/{who}", body=str(amount))
        return line.getresponse().read().decode()

    def hang_up(self) -> None:
        if self.line is not None:
            self.line.close()
            self.line = None
