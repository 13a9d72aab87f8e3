"""The program `bellrope`."""

import os

os.environ.setdefault("GRPC_VERBOSITY", "NONE")  # otherwise gRPC's C core writes its own lines into our log

from bellrope_server.cli import program  # it imports grpc, which reads the variable


def main() -> None:
    """Run the command that the arguments name."""
    program()


if __name__ == "__main__":
    main()
