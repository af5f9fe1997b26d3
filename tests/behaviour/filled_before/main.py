"""Books that tasks fill before a thread goes through them; each book is printed after the one before."""

import asyncio
from pathlib import Path


class Shelf:
    def __init__(self, root: Path) -> None:
        self.root = root
        self.pages: list[str] = []
        self.known: dict[str, str] = {}
        self.looked_up = 0

    def names(self):
        yield from (path.name for path in self.root.glob("*.in"))

    def word(self, name: str) -> str:
        if name not in self.known:
            self.looked_up += 1
            self.known[name] = (self.root / name).read_text()
        return self.known[name]

    async def page(self, name: str) -> None:
        await asyncio.sleep(0)
        text = self.word(name)
        self.pages.append(f"{text} {len(text)}")

    def index(self) -> None:
        with open(self.root / "index", "w") as index:
            for page in sorted(self.pages):
                index.write(page + "\n")
        (self.root / "count").write_text(str(len(self.pages)))

    async def book(self) -> None:
        self.pages.clear()
        pages = [self.page(name) for name in sorted(self.names())]
        await asyncio.gather(*pages, return_exceptions=True)
        self.index()
        if (self.root / "done").exists():
            (self.root / "done").unlink()
        (self.root / "done").write_text(f"{len(self.known)} known")


async def main(root: Path) -> None:
    shelf = Shelf(root)
    for round in range(3):
        await shelf.book()
        print(sorted(shelf.known.items()), shelf.looked_up)
        await asyncio.to_thread((root / f"{round}.in").write_text, "x" * round)


ROOT = Path("shelf")
ROOT.mkdir(exist_ok=True)
for number in range(4):
    (ROOT / f"a{number}.in").write_text("ab" * number)
asyncio.run(main(ROOT))
print([(ROOT / name).read_text() for name in ("index", "count", "done")])
