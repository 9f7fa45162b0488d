"""``/validate``: judge a document without taking it in."""

from pathlib import Path

from starlette.requests import Request
from starlette.responses import Response

from foedus.graph import load
from foedus.graph.copies import Source
from foedus.graph.kept import kept
from foedus.graph.snapshot import NoSnapshot
from foedus.service import negotiate
from foedus.service.jobs import Jobs
from foedus.service.pages import choose_language
from foedus.service.parameters import Parameters, accept_header, decode, read_body
from foedus.service.reports import REPORTS
from foedus.service.sending import sent_format, while_asked


class ValidateRoute:
    """The route: judges by the gate, beside the documents of the current snapshot."""

    def __init__(self, source: Source, judging: Jobs, max_document: int) -> None:
        self._source = source
        self._judging = judging
        self._max_document = max_document

    async def answer(self, request: Request) -> Response:
        """Answer with the report, whatever the verdict is.

        Raises:
            InputRefused: it cannot be parsed, or describes no document.
            UnsupportedMediaType, TooLarge, NotAcceptable: as they say.
            Busy, JobOverran, JobDied, ReportTooLong: as `Jobs.run`.
        """
        parameters = Parameters(decode(request.scope["query_string"]))
        chosen = negotiate.choose(REPORTS, accept_header(request), parameters.all("format"))
        language = choose_language(parameters, request.headers.get("accept-language", ""))
        arguments = {
            "media": sent_format(request),
            "beside": [str(path) for path in self._beside()],
            "form": chosen.format,
            "lang": language,
        }
        body = await read_body(request, self._max_document)
        done = await while_asked(request, self._judging.run("judge", arguments, body))
        headers = {
            "Content-Type": chosen.media_type,
            "Cache-Control": "no-store",
            "X-Content-Type-Options": "nosniff",
        }
        if chosen.format == "text":
            headers["Content-Language"] = language
        return Response(done.payload, headers=headers)

    def _beside(self) -> list[Path]:
        try:
            found = [it.path for it in kept(self._source.current()).values()]
        except NoSnapshot:
            found = []
        return found or load.document_paths()
