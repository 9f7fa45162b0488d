"""Run the service of a plain dataset; says nothing itself."""

from collections.abc import Callable, Collection
from contextlib import ExitStack
from pathlib import Path

from foedus.service.federation import ALONE, Origin
from foedus.service.plain.app import create_plain_app
from foedus.service.plain.dataset import Dataset
from foedus.service.plain.engine import PlainEngine
from foedus.service.plain.mediator import mediating
from foedus.service.serve import address_of, listen, run
from foedus.service.settings import Settings, limits


def serve_plain(
    settings: Settings,
    folder: Path,
    origins: Collection[Origin],
    ready: Callable[[str], None] = lambda address: None,
) -> None:
    """Serve the dataset in ``folder`` until a signal ends it.

    Args:
        settings: Where to listen, and the limits.
        folder: An Oxigraph store, or where one is to be.
        origins: What ``SERVICE`` and ``LOAD`` may reach.
        ready: Is told the server's address once connections are taken.

    Raises:
        InputRefused: host and port cannot be listened on, or the folder cannot be used.
    """
    with ExitStack() as stack:
        listener = stack.enter_context(listen(settings.host, settings.port))
        federation = stack.enter_context(mediating(origins)) if origins else ALONE
        dataset = Dataset(folder, limits(settings), has_network=bool(origins))
        dataset.open()
        stack.callback(dataset.close)
        engine = PlainEngine(dataset, limits(settings), federation)
        ready(address_of(settings, listener))
        run(create_plain_app(settings, dataset, engine, federation), settings, listener)
