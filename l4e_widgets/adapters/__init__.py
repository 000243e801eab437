"""Other doors to the services: the command line and the dashboard server. Never imports `widgets`.

May import `services`, `figures` and types of `core`. Imported by nothing.
"""
