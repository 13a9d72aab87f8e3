"""The text of a file that a user wrote, in UTF-8 and of bounded size."""

from typing import IO

MOST = 16 * 1024 * 1024  # bytes


def text_of(file: IO[bytes]) -> str:
    """Return the text of an open file; raise ValueError that says what is wrong with it."""
    data = file.read(MOST + 1)
    if len(data) > MOST:
        raise ValueError(f"is over {MOST:,} bytes; split it")
    try:
        return data.decode()
    except UnicodeDecodeError:
        raise ValueError("is not UTF-8; save it as UTF-8") from None
