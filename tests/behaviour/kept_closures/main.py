import asyncio
import time


class Insert:
    def __init__(self, text):
        self.text = text

    def apply(self, page):
        before = page.text
        page.text = before + self.text

        def undo():
            time.sleep(0.001)
            page.text = before

        return undo


class Page:
    def __init__(self):
        self.text = ""
        self.undone = []
        self.checks = []
        check = self.check
        self.checks.append(check)

    def do(self, command):
        undo = command.apply(self)
        self.undone.append(undo)

    def undo(self):
        self.undone.pop()()

    def check(self):
        time.sleep(0.001)
        return len(self.text)

    def check_all(self):
        return [one() for one in self.checks]


async def edit(words):
    page = Page()
    for word in words:
        page.do(Insert(word))
    page.undo()
    return page.text, page.check_all()


async def main():
    print(await asyncio.gather(edit(["a", "b"]), edit(["c", "d", "e"])))


asyncio.run(main())
