"""What comes out of a list of the function's own is still what others have: nobody else may work on it between two steps."""

import asyncio
import time
from dataclasses import dataclass


@dataclass
class Barrel:
    name: str
    litres: int = 0


class Cellar:
    def __init__(self):
        self.barrels = [Barrel("oak"), Barrel("ash")]
        self.by_name = {barrel.name: barrel for barrel in self.barrels}
        self.notes = []

    async def listed(self):
        for barrel in list(self.barrels):
            litres = barrel.litres
            time.sleep(0.002)
            barrel.litres = litres + 1

    async def sorted(self):
        for barrel in sorted(self.barrels, key=lambda barrel: barrel.name):
            litres = barrel.litres
            time.sleep(0.002)
            barrel.litres = litres + 1

    async def chosen(self):
        for barrel in [barrel for barrel in self.barrels if barrel.name]:
            litres = barrel.litres
            time.sleep(0.002)
            barrel.litres = litres + 1

    async def numbered(self):
        for _, barrel in enumerate(self.barrels):
            litres = barrel.litres
            time.sleep(0.002)
            barrel.litres = litres + 1

    async def keyed(self):
        for _, barrel in self.by_name.items():
            litres = barrel.litres
            time.sleep(0.002)
            barrel.litres = litres + 1

    async def gathered(self):
        low = []
        for barrel in self.barrels:
            low.append(barrel)
        for barrel in low:
            litres = barrel.litres
            time.sleep(0.002)
            barrel.litres = litres + 1

    async def copied(self):
        barrel = self.barrels.copy()[0]
        litres = barrel.litres
        time.sleep(0.002)
        barrel.litres = litres + 1

    async def unpacked(self):
        barrel, *_ = self.barrels
        litres = barrel.litres
        time.sleep(0.002)
        barrel.litres = litres + 1

    async def displayed(self):
        held = {"barrel": self.barrels[0]}
        litres = held["barrel"].litres
        time.sleep(0.002)
        held["barrel"].litres = litres + 1

    async def in_a_match(self):
        match self.barrels:
            case [barrel, _]:
                litres = barrel.litres
                time.sleep(0.002)
                barrel.litres = litres + 1

    def view(self):
        return {"first": self.barrels[0]}

    async def given_out(self):
        barrel = self.view()["first"]
        litres = barrel.litres
        time.sleep(0.002)
        barrel.litres = litres + 1

    @staticmethod
    def put(notes, note):
        place = len(notes)
        time.sleep(0.002)
        notes.append((place, note))

    async def static(self):
        self.put(self.notes, "static")

    def among(self, *lists):
        place = len(lists[1])
        time.sleep(0.002)
        lists[1].append(place)

    async def variadic(self):
        self.among([], self.notes)

    def into(self, notes=None):
        place = len(notes)
        time.sleep(0.002)
        notes.append(place)

    async def spread(self):
        self.into(**{"notes": self.notes})


def number(of, known={}):
    place = len(known)
    time.sleep(0.002)
    known[of] = place
    return place


async def numbers(of):
    return number(of)


async def main():
    for work in (
        Cellar.listed, Cellar.sorted, Cellar.chosen, Cellar.numbered, Cellar.keyed, Cellar.gathered, Cellar.copied,
        Cellar.unpacked, Cellar.displayed, Cellar.in_a_match, Cellar.given_out, Cellar.static, Cellar.variadic, Cellar.spread,
    ):
        cellar = Cellar()
        await asyncio.gather(work(cellar), work(cellar))
        print(work.__name__, [barrel.litres for barrel in cellar.barrels], cellar.notes)
    print(await asyncio.gather(numbers("a"), numbers("b")))


asyncio.run(main())
