"""What one task leaves for itself between two steps, no other task changes, reads half done, or takes for its own."""

import asyncio
import json
import random
import time
from pathlib import Path

STATE = Path("state.json")


class Board:
    def __init__(self):
        self.rows = []
        self.user = None
        self.turn = 0

    def rank(self, name):
        return int(Path(f"{name}.rank").read_text())

    async def add(self, row):
        self.rows.append(row)
        time.sleep(0.001)
        return self.rows[-1]

    async def order(self):
        self.rows.sort(key=self.rank)

    async def bump(self, by):
        before = self.turn
        STATE.write_text(json.dumps({"turn": before + by}))
        self.turn = before + by

    def sign_in(self):
        return Path(f"{self.user}.rank").read_text()

    async def enter(self, user):
        self.user = user
        return user, self.sign_in()


async def turn():
    return json.loads(STATE.read_text())["turn"]


async def note(number):
    path = Path("note.txt")
    path.write_text(str(number))
    return path.read_text()


async def draw(seed):
    random.seed(seed)
    first = random.random()
    time.sleep(0.001)
    return round(first, 3), round(random.random(), 3)


async def main():
    for number, name in enumerate("cba"):
        Path(f"{name}.rank").write_text(str(number))
    STATE.write_text(json.dumps({"turn": 0}))
    board = Board()
    print(await asyncio.gather(*(board.add(row) for row in "abc")))
    print(await asyncio.gather(board.order(), *(board.add(row) for row in "ab")), sorted(board.rows))
    for _ in range(20):
        await asyncio.gather(board.bump(1), turn(), board.bump(2), turn())
    print(board.turn, await turn())
    print(await asyncio.gather(*(board.enter(user) for user in "abc")))
    print(await asyncio.gather(*(note(number) for number in range(4))))
    print(await asyncio.gather(*(draw(seed) for seed in range(3))))


asyncio.run(main())
