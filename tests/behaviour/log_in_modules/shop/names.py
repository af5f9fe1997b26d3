from pathlib import Path

FOLDER = str(Path(__file__).parent.parent)
