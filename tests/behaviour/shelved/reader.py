class Reader:
    """Knows nothing of where its pool comes from."""

    def __init__(self, pool):
        self.pool = pool

    def page(self, number):
        with self.pool.answer(f"/{number}") as answer:
            return answer.read().decode()

    def status(self, path):
        with self.pool.connection() as connection:
            connection.request("GET", path)
            answer = connection.getresponse()
            answer.read()
            return answer.status


def jobs(reader):
    return {"page": reader.page, "status": reader.status}
