"""What a class keeps for all of its objects: numbers, a single object that is made once, a table."""

import asyncio
import time
from pathlib import Path

from tickets import Ticket, Voucher


class Desk:
    """One desk for all, which takes a while to open."""

    opened = 0
    desk = None

    def __init__(self, name):
        self.name = name

    @classmethod
    def get(cls, name):
        if cls.desk is None:
            time.sleep(0.02)
            cls.opened += 1
            cls.desk = cls(name)
        return cls.desk


class Report:
    issued = 0

    def __init__(self, topic):
        self.topic = topic

    def produce(self):
        number = Report.issued + 1
        Path(f"{number:03}.txt").write_text(self.topic)
        time.sleep(0.01)
        Report.issued = number
        return number


async def visit(name):
    return Desk.get(name).name


async def report(topic):
    return Report(topic).produce()


async def sell(kind, name):
    ticket = kind(name)
    before = Ticket.sold
    time.sleep(0.01)
    Ticket.sold = before + 1
    ticket.number = before
    return f"{name} {ticket.number}"


async def main():
    print(sorted(await asyncio.gather(*map(visit, "abc"))), Desk.opened)
    print(sorted(await asyncio.gather(*map(report, ["tea", "rice", "soap"]))))
    print("issued", Report.issued)
    print(await report("salt"))
    print(await report("oil"))
    sold = await asyncio.gather(sell(Ticket, "ann"), sell(Voucher, "bob"), sell(Ticket, "cy"))
    print([line.split()[1] for line in sold], "sold", Ticket.sold)
    print(sorted(path.name for path in Path().glob("0*.txt")))


asyncio.run(main())
