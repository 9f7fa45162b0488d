# docker build -t foedus .
# docker run --init -p 8000:8000 -v foedus:/data foedus
FROM python:3.11-slim AS made
WORKDIR /house
COPY requirements.serve.lock ./
RUN python -m venv /venv \
 && /venv/bin/pip install --no-cache-dir --require-hashes --requirement requirements.serve.lock
COPY pyproject.toml hatch_build.py README.md LICENSE LICENSE-DATA ./
COPY ontology ontology
COPY shapes shapes
COPY graph graph
COPY service service
RUN /venv/bin/pip install --no-cache-dir --no-deps .

FROM python:3.11-slim
RUN useradd --system --uid 10001 --home-dir /data --create-home foedus
COPY --from=made /venv /venv
ENV PATH=/venv/bin:$PATH PYTHONUNBUFFERED=1 FOEDUS_DATA=/data FOEDUS_HOST=0.0.0.0 FOEDUS_PORT=8000
USER foedus
WORKDIR /data
VOLUME /data
EXPOSE 8000
HEALTHCHECK --interval=15s --timeout=5s --start-period=90s CMD ["python", "-c", \
  "import os, urllib.request as r; r.urlopen(f\"http://127.0.0.1:{os.environ['FOEDUS_PORT']}/health\")"]
# A build that has nothing new to build says so and is quick.
CMD ["sh", "-c", "foedus build && exec foedus serve"]
