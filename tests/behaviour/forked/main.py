import asyncio
import multiprocessing
from multiprocessing import Process, get_context


def weigh(number):
    raise SystemExit(number * 2)


def nothing():
    pass


class Weigher(Process):
    def __init__(self, number):
        super().__init__()
        self.number = number

    def run(self):
        weigh(self.number)


def run_to_end(process):
    process.start()
    process.join()
    return process.exitcode


async def inline(number):
    process = multiprocessing.Process(target=weigh, args=(number,))
    process.start()
    process.join()
    return process.exitcode


async def by_class(number):
    weigher = Weigher(number)
    weigher.start()
    weigher.join(20)
    return weigher.exitcode


async def by_context():
    process = get_context("fork").Process(target=nothing)
    process.start()
    process.join()
    return process.exitcode


async def by_helper(number):
    return run_to_end(Process(target=weigh, args=(number,)))


async def spawned():
    process = get_context("spawn").Process(target=nothing)
    process.start()
    process.join()
    return process.exitcode


async def main():
    print(await asyncio.gather(inline(1), inline(2), by_class(3), by_context(), by_helper(4), spawned()))


if __name__ == "__main__":
    asyncio.run(main())
