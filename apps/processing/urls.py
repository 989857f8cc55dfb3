"""The one address of processing."""

from django.urls import path

from apps.processing import views

app_name = "processing"

urlpatterns = [path("settings/data/processing/", views.DataView.as_view(), name="data")]
