"""The console: pages for people, made of files that are built from clients/console."""
