"""The program `bellrope`."""

import os
import sys

os.environ.setdefault("GRPC_VERBOSITY", "NONE")  # otherwise gRPC's C core writes its own lines into our log

from bellrope_server.cli import program, streams  # it imports grpc, which reads the variable


def main() -> None:
    """Run the command that the arguments name."""
    streams.prepare()
    try:
        program()
    except OSError as error:  # such as a full disk under the output
        sys.exit(streams.give_up(error))


if __name__ == "__main__":
    main()
