import asyncio
import operator
import time
from functools import partial


def slow(text):
    time.sleep(0.001)
    return text


def sign(mark, text):
    return mark + text


class Shout:
    def __call__(self, text):
        return text + "!"


def tagged(mark):
    def tag(text):
        return f"<{mark}>{text}"

    return tag


class Steps:
    """Holds a method that blocks next to what does not, each time in another way."""

    def __init__(self):
        self.table = {"own": self.own, "part": partial(self.marked, "p"), "lib": str.upper}
        self.row = [self.own, *[Shout()]]
        self.later = {}
        self.later["own"] = self.own
        self.later["item"] = operator.itemgetter(0)
        self.named = dict(own=self.own, tag=tagged("t"))

    def own(self, text):
        time.sleep(0.001)
        return text

    def marked(self, mark, text):
        return mark + text

    def look_up(self, name, text):
        return self.table[name](text)

    def all(self, text):
        return [step(text) for step in self.row]

    def late(self, name, text):
        return self.later[name](text)

    def by_name(self, name, text):
        return self.named[name](text)


class Old(object):
    def text(self):
        return slow("old")


class Older(Old):
    def text(self):
        return "older " + super(Older, self).text()


def pick(is_slow):
    if is_slow:
        return slow
    return partial(sign, "-")


async def job(name):
    steps = Steps()
    found = [steps.look_up(key, name) for key in ("own", "part", "lib")]
    found += steps.all(name)
    found += [steps.late(key, name) for key in ("own", "item")]
    found += [steps.by_name(key, name) for key in ("own", "tag")]
    found += [pick(True)(name), pick(False)(name), Older().text()]
    for step in (slow, tagged("x")):
        found.append(step(name))
    chosen = slow if name == "a" else Shout()
    found.append(chosen(name))
    return found


async def main():
    for found in await asyncio.gather(job("a"), job("b")):
        print(found)


asyncio.run(main())
