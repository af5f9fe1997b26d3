"""What other modules hand their functions to."""


class Poller:
    def __init__(self, fetch):
        self.fetch = fetch

    async def poll(self):
        return self.fetch()


class Bus:
    def __init__(self):
        self.handlers = {}
        self.named = []

    def on(self, event, handler):
        self.handlers.setdefault(event, []).append(handler)
        self.named.append(handler)

    async def emit(self, event):
        return [handler(event) for handler in self.handlers[event]]

    async def last(self, event):
        for handler in self.named:
            found = handler(event)
        return found


KINDS = {}


def register(kind, function):
    KINDS[kind] = function


def run(kind, value):
    function = KINDS.get(kind, str)
    return function(value)


def pipeline(*steps):
    def through(value):
        for step in steps:
            value = step(value)
        return value

    return through


def table(**rows):
    return {name: row(name) for name, row in rows.items()}
