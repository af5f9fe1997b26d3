"""An object calls, next to its work on files, what it was made with: a function that makes tasks."""

import asyncio
import os


class Sweeper:
    def __init__(self, folder, on_removed, on_error=None):
        self.folder = folder
        self.on_removed = on_removed
        self.failed = on_error or (lambda name: None)

    def sweep(self):
        for name in sorted(os.listdir(self.folder)):
            os.remove(os.path.join(self.folder, name))
            self.on_removed(name)


class NightSweeper(Sweeper):
    def __init__(self, folder, tell):
        super().__init__(folder, tell)


async def announce(name, news):
    news.append(name)


async def main():
    tasks, news = [], []

    def tell(name):
        tasks.append(asyncio.create_task(announce(name, news)))

    NightSweeper("waste", tell).sweep()
    await asyncio.gather(*tasks)
    print(news)


os.makedirs("waste", exist_ok=True)
for name in ("a", "b"):
    with open(f"waste/{name}", "w") as file:
        file.write(name)
Sweeper("waste", print).sweep()
with open("waste/c", "w") as file:
    file.write("c")
asyncio.run(main())
