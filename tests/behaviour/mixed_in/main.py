import asyncio
import time

from makers import READERS, Direct, Plain, Runner, Service, Shelf
from records import Disk, Record, Stored
from titled import Titled


class Order(Stored, Titled, Record):
    pass


def cook():
    time.sleep(0.05)
    return "soup"


def bake():
    time.sleep(0.05)
    return "bread"


def lunch(shelf: Shelf):
    return shelf.get_or_make("mon", cook)


async def supper(runner: Runner):
    return runner.run(bake)


async def main():
    Record.disk = Disk()
    order = Order("b7")
    print(order.title(), order.reads)
    print(order.save(), Record.disk.written)
    print(lunch(Plain()), await supper(Direct()))
    function = READERS[".py"]
    print(function(__file__))
    print(await Service().show(__file__))


asyncio.run(main())
