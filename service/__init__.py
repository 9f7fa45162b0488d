"""The service: HTTP, pages and the command line."""
