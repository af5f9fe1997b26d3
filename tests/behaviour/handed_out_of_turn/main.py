"""What is changed in one step is also looked at by a coroutine, which must find it whole."""

import asyncio

from members import FileMembers, KnownMembers, Member, Members
from pathlib import Path


class Shop:
    def __init__(self, members: Members) -> None:
        self.members = members
        self.last: list[Member] = []

    async def move(self, name: str, other: str, points: int) -> None:
        giver, taker = self.members.find(name), self.members.find(other)
        if giver is None or taker is None or giver.points < points:
            return
        giver.points -= points
        taker.points += points
        self.members.save(giver)
        self.members.save(taker)


async def auditor(members: list[Member], seen: list[int]) -> None:
    for _ in range(5):
        await asyncio.sleep(0)
        seen.append(sum(member.points for member in members))


async def main() -> None:
    known = KnownMembers()
    members = [Member("ann", 10), Member("bob", 10)]
    for member in members:
        known.save(member)
    seen: list[int] = []
    shops = [Shop(known), Shop(FileMembers(Path(".")))]
    moves = [shop.move("ann", "bob", 2) for shop in shops for _ in range(3)]
    await asyncio.gather(auditor(members, seen), *moves)
    print(set(seen))


if __name__ == "__main__":
    asyncio.run(main())
