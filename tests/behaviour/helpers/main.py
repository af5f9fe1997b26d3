import asyncio

from store import Store, load as read_all


class Reader(Store):
    def title(self):
        return self.text("title").upper()


async def show(store: Store) -> None:
    print(store.text("body"))


async def main() -> None:
    store = Reader("notes")
    store.write("title", "Hello")
    store.write("body", "a\nb\n")
    print(store.title(), sorted(read_all("notes")))
    await show(store)
    lengths = [len(store.text(name)) for name in ("title", "body")]
    print(lengths, f"{store.title()!r:>10}")


asyncio.run(main())
