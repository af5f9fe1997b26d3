"""Tasks that count on code between two awaits running in one go."""

import asyncio
import time


class Account:
    def __init__(self):
        self.balance = 100
        self.log = []

    def audit(self):
        time.sleep(0.001)

    async def withdraw(self, amount):
        await asyncio.sleep(0)
        if self.balance >= amount:
            self.audit()
            self.balance -= amount
            return True
        return False

    async def number(self):
        await asyncio.sleep(0)
        last = len(self.log)
        time.sleep(0.001)
        self.log.append(last)
        return last


async def main():
    account = Account()
    print(await asyncio.gather(*(account.withdraw(60) for _ in range(5))))
    print(account.balance)
    print(sorted(await asyncio.gather(*(account.number() for _ in range(5)))))


asyncio.run(main())
