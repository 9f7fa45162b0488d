"""The pages for readers: every line beside the passage that it rests on.

A page is a module with a function that gathers what it shows, and a template. It asks by the
queries in ``queries/``, which a reader can open; it knows the graph by nothing else.
"""
