"""The program `bellrope`."""

from bellrope_server.cli import program


def main() -> None:
    """Run the command that the arguments name."""
    program()


if __name__ == "__main__":
    main()
