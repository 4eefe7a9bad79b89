"""The addresses of a server that has the API and no pages: it starts sooner, and nothing else can answer for it."""

from django.urls import include, path

from fushinban.web import health

urlpatterns = [path("healthz", health.alive, name="healthz"), path("api/v1/", include("fushinban.api.urls"))]
