import asyncio
import time


class Parcel:
    def __init__(self, name):
        self.name = name

    def weigh(self):
        time.sleep(0.01)
        return len(self.name)


class Desk:
    def __init__(self, waiting):
        self.waiting = waiting

    def take(self, name):
        self.waiting.put_nowait(Parcel(name))


async def scale(waiting, weights):
    while True:
        parcel = await waiting.get()
        weights.append(parcel.weigh())
        waiting.task_done()


async def total(parcels: list):
    weight = 0
    for parcel in parcels:
        weight += parcel.weigh()
        await asyncio.sleep(0)
    return weight


async def main():
    waiting, weights = asyncio.Queue(), []
    desk = Desk(waiting)
    clerk = asyncio.create_task(scale(waiting, weights))
    for name in ["book", "skis", "piano"]:
        desk.take(name)
    await waiting.join()
    clerk.cancel()
    print(weights, await total([Parcel("hat"), Parcel("globe")]))


asyncio.run(main())
