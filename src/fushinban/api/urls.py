"""What a server includes below `/api/v1/`."""

from fushinban.api.application import urls

urlpatterns = urls()
