"""``python -m tensorlift``."""

from tensorlift.cli.main import entry

if __name__ == "__main__":
    entry()
