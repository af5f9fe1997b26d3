import asyncio
from contextlib import contextmanager

from gauges import Gauge


def make(name="a"):
    return Gauge(name)


def pair():
    return make("p"), 1


async def later(name):
    await asyncio.sleep(0)
    return make(name)


@contextmanager
def borrowed():
    gauge = make("borrowed")
    try:
        yield gauge
    finally:
        print("given back")


async def main():
    first, number = make("first"), 2
    print(first.read(), number)
    second, _ = pair()
    print(second.read())
    for gauge in (make("x"), make("y")):
        print(gauge.read())
    gauges = [make(name) for name in "mn"]
    print([gauge.read() for gauge in gauges], gauges[0].read())
    by_name = {name: make(name) for name in "uv"}
    print(by_name["u"].read())
    for name, gauge in by_name.items():
        print(name, gauge.read())
    kept = []
    kept.append(make("kept"))
    print(kept[0].read(), max([make("max")], key=id).read())
    one, two = await asyncio.gather(later("one"), later("two"))
    print(one.read(), two.read())
    task = asyncio.create_task(later("task"))
    print((await task).read(), (await asyncio.to_thread(make, "thread")).read())
    with borrowed() as gauge:
        print(gauge.read())


asyncio.run(main())
