# The web process. PostgreSQL runs beside it (docker-compose.yml); secrets come from the environment.
FROM python:3.11-slim AS packages
WORKDIR /app
COPY requirements/prod.txt requirements/prod.txt
RUN python -m venv /venv && /venv/bin/pip install --no-cache-dir --require-hashes -r requirements/prod.txt

FROM python:3.11-slim
ENV PATH=/venv/bin:$PATH PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 TAUTBAND_HOME=/var/lib/tautband
RUN useradd --system --create-home --home-dir /var/lib/tautband tautband
COPY --from=packages /venv /venv
WORKDIR /app
COPY --chown=root:root manage.py ./
COPY --chown=root:root practice practice
COPY --chown=root:root patients patients
COPY --chown=root:root consent consent
COPY --chown=root:root treatments treatments
COPY --chown=root:root reports reports
# Compiled once here: the running container may not write, and would compile again at every start.
RUN python -m compileall -q practice patients consent treatments reports
# Static files are the same for every installation; the key here only satisfies the settings and is not kept.
RUN TAUTBAND_SECRET_KEY=build python manage.py collectstatic --noinput --verbosity 0 \
    && chown -R tautband /var/lib/tautband
USER tautband
EXPOSE 8000
HEALTHCHECK --interval=30s CMD ["python", "-c", "import urllib.request as u; u.urlopen('http://127.0.0.1:8000/healthz')"]
CMD ["gunicorn", "practice.wsgi", "--bind", "0.0.0.0:8000", "--workers", "2", "--preload", "--threads", "4", "--no-control-socket"]
