"""The generated messages and stubs of package bellrope.v1."""
