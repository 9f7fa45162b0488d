"""Processes that answer queries and can be killed, and the pool that gives them work.

A *zygote* without threads and without a store forks *workers*; each has a socket to the server,
which sends it jobs and gets frames of bytes back. All of it dies with the server.
"""
