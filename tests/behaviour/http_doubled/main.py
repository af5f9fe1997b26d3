"""A program that puts something in the place of what a module has of requests: it is still called."""

import asyncio
from unittest import mock

import client


def double(value):
    answer = mock.Mock()
    answer.json.return_value = value
    return answer


async def main():
    print(await client.price("tea"), await client.order("tea"), await client.Stock().count("tea"))
    with mock.patch("client.get", return_value=double({"price": 3})):
        print(await client.price("tea"))
    stock = client.Stock()
    with mock.patch.object(stock, "session") as session:
        session.get.return_value = double(4)
        print(await stock.count("tea"))


asyncio.run(main())
