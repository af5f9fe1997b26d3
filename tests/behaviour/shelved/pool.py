import http.client
import queue
from contextlib import contextmanager


class Pool:
    """Connections wait in a queue until somebody takes one."""

    def __init__(self, port, size):
        self._idle = queue.LifoQueue(size)
        self.port = port
        self.size = size

    def _connect(self):
        return http.client.HTTPConnection("127.0.0.1", self.port, timeout=10)

    def open(self):
        for _ in range(self.size):
            self._idle.put(self._connect())
        return self

    @contextmanager
    def connection(self):
        connection = self._idle.get(timeout=10)
        try:
            yield connection
        finally:
            self._idle.put(connection)

    @contextmanager
    def answer(self, path):
        with self.connection() as connection:
            connection.request("GET", path)
            answer = connection.getresponse()
            try:
                yield answer
            finally:
                answer.read()

    def close(self):
        closed = 0
        while not self._idle.empty():
            self._idle.get_nowait().close()
            closed += 1
        return closed
