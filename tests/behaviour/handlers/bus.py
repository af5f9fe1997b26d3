from collections import defaultdict


class Bus:
    def __init__(self):
        self._handlers = defaultdict(list)
        self.count = 0
        self.failed = []

    def on(self, topic, handler=None, *, rank=0):
        if handler is None:
            return lambda function: self.on(topic, function, rank=rank)
        self._handlers[topic].append((rank, handler))
        self._handlers[topic].sort(key=lambda pair: pair[0])
        return handler

    def off(self, topic, handler):
        self._handlers[topic] = [pair for pair in self._handlers[topic] if pair[1] is not handler]

    def tell(self, topic, **event):
        reached = 0
        for _, handler in list(self._handlers[topic]):
            reached += 1
            try:
                answer = handler(event)
            except ValueError as error:
                self.failed.append(str(error))
                continue
            if answer is False:
                break
        self.count += 1
        return reached
