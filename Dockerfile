# The service in one image: the builder makes a virtual environment, the final stage holds that and nothing else.
# How it was checked without an engine: docs/adr/0004-container-files-checked-without-an-engine.md

FROM python:3.13-slim-trixie AS builder

ENV PIP_DISABLE_PIP_VERSION_CHECK=1 \
    PIP_NO_CACHE_DIR=1 \
    PIP_ONLY_BINARY=:all: \
    PIP_ROOT_USER_ACTION=ignore

WORKDIR /build

# The environment has no pip of its own; the builder's fills it. A missing wheel is an error, as there is no compiler.
COPY requirements.lock ./
RUN python -m venv --without-pip /opt/wirematch \
    && pip --python /opt/wirematch/bin/python install --require-hashes -r requirements.lock

# What builds comes from a lock too, so that nothing unpinned is fetched; a compiler is part of it.
COPY requirements-build.lock ./
RUN pip install --require-hashes -r requirements-build.lock

COPY pyproject.toml setup.py MANIFEST.in README.md ./
COPY building building
COPY service service
COPY wirematch_client wirematch_client
RUN pip wheel --no-deps --no-build-isolation --wheel-dir dist . \
    && pip --python /opt/wirematch/bin/python install --no-deps --no-index dist/*.whl


FROM python:3.13-slim-trixie

ARG VERSION=unknown
ARG REVISION=unknown

LABEL org.opencontainers.image.title="Wirematch" \
      org.opencontainers.image.description="Which stored wire stories does this article rewrite, and where?" \
      org.opencontainers.image.version="${VERSION}" \
      org.opencontainers.image.revision="${REVISION}"

# Numbers, so that an orchestrator can tell that this is not root, and so that a volume's owner never changes.
RUN groupadd --gid 10001 wirematch \
    && useradd --uid 10001 --gid 10001 --no-create-home --home-dir /var/lib/wirematch --shell /usr/sbin/nologin wirematch \
    && install --directory --owner=10001 --group=10001 --mode=0750 /var/lib/wirematch

COPY --from=builder /opt/wirematch /opt/wirematch

ENV PATH=/opt/wirematch/bin:$PATH \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1 \
    WIREMATCH_DATA_DIR=/var/lib/wirematch

USER 10001:10001

# The embedded Valkey's append-only file; unused where WIREMATCH_REDIS_URL names another store.
VOLUME /var/lib/wirematch

EXPOSE 8000

# Loading a large append-only file may take two minutes. A proxy set for the container must not get this request.
HEALTHCHECK --interval=15s --timeout=5s --start-period=130s --retries=3 \
    CMD ["python", "-c", "from urllib.request import ProxyHandler, build_opener; build_opener(ProxyHandler({})).open('http://127.0.0.1:8000/readyz', timeout=4)"]

STOPSIGNAL SIGTERM

ENTRYPOINT ["wirematch"]
CMD ["serve", "--host", "0.0.0.0"]
