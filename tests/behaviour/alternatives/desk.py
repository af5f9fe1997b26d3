from pathlib import Path


class Desk:
    """Bills and reminders, whose templates are read once."""

    def __init__(self, out: Path) -> None:
        self.out = out
        self.templates: dict[str, str] = {}

    def template(self, name: str) -> str:
        if name not in self.templates:
            self.templates[name] = Path(f"{name}.txt").read_text()
        return self.templates[name]

    def bill(self, customer: str) -> str:
        text = self.template("bill").format(customer)
        (self.out / f"{customer}.bill").write_text(text)
        return text

    def remind(self, customer: str) -> str:
        text = self.template("reminder").format(customer)
        (self.out / f"{customer}.reminder").write_text(text)
        return text
