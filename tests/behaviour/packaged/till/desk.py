from .drawer import Drawer

DRAWER = Drawer("drawer.txt")


async def sell(amount):
    return DRAWER.take(amount)


async def serve(amounts):
    totals = [await sell(amount) for amount in amounts]
    return totals, DRAWER.last()
