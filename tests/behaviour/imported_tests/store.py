class Store:
    ready: int | None = 1


STORE = Store()
