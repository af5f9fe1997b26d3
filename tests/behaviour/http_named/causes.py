"""What is worth another try, and what the program makes of the rest."""

import requests

TRANSIENT = (requests.ConnectionError, requests.Timeout)


class Rejected(Exception):
    pass
