"""What is found, tested and changed in one step is so in a thread as well, where all of it takes turns."""

import asyncio
from pathlib import Path

from members import FileMembers, KnownMembers, Member, Members


class Shop:
    def __init__(self, members: Members) -> None:
        self.members = members

    def _found(self, name: str) -> tuple[Member, bool]:
        if (member := self.members.find(name)) is not None:
            return member, False
        return Member(name), True

    async def visit(self, name: str, points: int) -> bool:
        member, is_new = self._found(name)
        member.points += points
        self.members.save(member)
        return is_new

    async def redeem(self, name: str, points: int) -> str:
        member = self.members.find(name)
        if member is None:
            return "unknown"
        if member.points < points:
            return f"only {member.points}"
        member.points -= points
        self.members.save(member)
        return f"{points} redeemed"


async def till(shop: Shop, names: list[str]) -> int:
    new = 0
    for name in names:
        new += await shop.visit(name, 3)
        await asyncio.sleep(0)
    return new


async def main() -> None:
    for shop in (Shop(FileMembers(Path("."))), Shop(KnownMembers())):
        print(sum(await asyncio.gather(*(till(shop, ["ann", "bob", "ann"]) for _ in range(3)))))
        print(sorted(await asyncio.gather(*(shop.redeem("ann", 7) for _ in range(3)))), await shop.redeem("eve", 1))


if __name__ == "__main__":
    asyncio.run(main())
    print(FileMembers(Path(".")).find("bob"))
