"""A library: it calls functions on the loop, and awaits what they give."""

import asyncio
import inspect


async def answer(function, *args):
    result = function(*args)
    return await result if inspect.isawaitable(result) else result


class View:
    """What is shown at a path."""

    async def show(self, name):
        if self.ready():
            await answer(self.on_show, name)
        return await answer(self.get, name)

    def ready(self):
        return True

    def on_show(self, name):
        pass

    def get(self, name):
        return ""


class Hub:
    def __init__(self):
        self.handlers = {}
        self.ticks = []
        self.first = []

    def on(self, event):
        def note(function):
            self.handlers[event] = function
            return function

        return note

    def every(self, times, function):
        self.ticks.append((times, function))

    def once(self, function):
        self.first.append(function)

    async def emit(self, event, *args):
        return await answer(self.handlers[event], *args)

    async def run(self):
        for function in self.first:
            function()
        for times, function in self.ticks:
            for _ in range(times):
                await answer(function)
                await asyncio.sleep(0)
