from collections.abc import Callable


class Bus:
    def __init__(self) -> None:
        self.handlers: dict[str, Callable] = {}
        self.on_done: Callable | None = None

    def on(self, kind: str) -> Callable:
        def register(handler: Callable) -> Callable:
            self.handlers[kind] = handler
            return handler

        return register

    def deliver(self, kind: str, text: str) -> str:
        reply = self.handlers[kind](text)
        if self.on_done is not None:
            self.on_done(reply)
        return reply


class Jobs:
    def __init__(self) -> None:
        self.jobs: dict[str, Callable] = {}

    def job(self, function: Callable) -> Callable:
        self.jobs[function.__name__] = function
        return function
