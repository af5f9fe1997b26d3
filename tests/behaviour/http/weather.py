import requests


class NoAnswer(Exception):
    pass


class Weather:
    session: requests.Session

    def __init__(self, base: str, session: requests.Session | None = None):
        self.base = base
        self.session = session or requests.Session()
        self.session.headers.update({"X-Client": "weather"})

    async def today(self, town: str) -> dict:
        response = self.session.get(f"{self.base}/today/{town}", timeout=10)
        response.raise_for_status()
        return response.json()

    def week(self, town):
        return parse(self.session.get(f"{self.base}/week/{town}"))

    def status(self, code):
        try:
            return self.ask(code)
        except requests.HTTPError as error:
            return f"failed with {error.response.status_code}"
        except (requests.ConnectionError, requests.Timeout) as error:
            raise NoAnswer(code) from error

    def ask(self, code):
        response = self.session.get(f"{self.base}/status?code={code}")
        response.raise_for_status()
        return response.reason

    def close(self):
        self.session.close()


def parse(response: requests.Response) -> list:
    if not response.ok:
        return []
    return response.json()["days"]


def first_page(session, base):
    page = session.get(base + "/first")
    return page if page.ok else None


def once(url):
    return requests.get(url, headers={"X-Client": "single"}, cookies={"a": "b"}).json()["path"]
