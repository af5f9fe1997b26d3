"""Orders that are claimed in a folder, tried, and then put back or done with."""

import asyncio
import json
import os


class Post:
    def __init__(self) -> None:
        self.sent: list[str] = []

    async def send(self, order: dict) -> None:
        """Never fails at once."""
        await asyncio.sleep(0.001)
        if order["to"] == "nobody":
            raise ConnectionRefusedError(order["to"])
        self.sent.append(order["to"])


class Tray:
    def __init__(self, root: str) -> None:
        self.root = root
        for folder in ("new", "cur"):
            os.makedirs(os.path.join(root, folder), exist_ok=True)

    def path(self, folder: str, name: str) -> str:
        return os.path.join(self.root, folder, name)

    def put(self, name: str, order: dict) -> None:
        with open(self.path("cur", name), "w") as file:
            json.dump(order, file)
        os.rename(self.path("cur", name), self.path("new", name))

    def claim(self) -> tuple[str, dict] | None:
        waiting = sorted(os.listdir(os.path.join(self.root, "new")))
        if not waiting:
            return None
        os.rename(self.path("new", waiting[0]), self.path("cur", waiting[0]))
        with open(self.path("cur", waiting[0])) as file:
            return waiting[0], json.load(file)

    def put_back(self, name: str, order: dict) -> bool:
        order["tries"] = order.get("tries", 0) + 1
        if order["tries"] > 2:
            os.remove(self.path("cur", name))
            return False
        with open(self.path("cur", name), "w") as file:
            json.dump(order, file)
        os.rename(self.path("cur", name), self.path("new", name))
        return True

    def done(self, name: str) -> None:
        os.remove(self.path("cur", name))

    def waiting(self) -> int:
        return len(os.listdir(os.path.join(self.root, "new"))) + len(os.listdir(os.path.join(self.root, "cur")))


async def serve(tray: Tray, post: Post, given_up: list[str]) -> bool:
    claimed = tray.claim()
    if claimed is None:
        return False
    name, order = claimed
    try:
        await post.send(order)
    except ConnectionError:
        if not tray.put_back(name, order):
            given_up.append(name)
    else:
        tray.done(name)
    return True


async def clerk(tray: Tray, post: Post, closed: asyncio.Event) -> list[str]:
    given_up: list[str] = []
    while True:
        if not await serve(tray, post, given_up):
            if closed.is_set():
                return given_up
            await asyncio.sleep(0.001)


async def main() -> None:
    tray, post, closed = Tray("tray"), Post(), asyncio.Event()
    clerks = [asyncio.create_task(clerk(tray, post, closed)) for _ in range(3)]
    for number, to in enumerate(["ada", "bob", "nobody", "cy", "nobody"]):
        tray.put(f"{number}.json", {"to": to})
        await asyncio.sleep(0)
    while tray.waiting():
        await asyncio.sleep(0.01)
    closed.set()
    print(sorted(sum(await asyncio.gather(*clerks), [])), sorted(post.sent))


asyncio.run(main())
