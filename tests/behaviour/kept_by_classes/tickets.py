"""Tickets, of which all are counted together."""


class Ticket:
    sold = 0

    def __init__(self, name):
        self.name = name
        self.number = 0


class Voucher(Ticket):
    pass
