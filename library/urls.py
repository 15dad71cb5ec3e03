"""Addresses of files and captions: each view asks who may see the thing before it serves a byte."""

from django.urls import path

from . import views

app_name = "library"
urlpatterns = [
    path("files/recordings/<uuid:uuid>/<str:name>", views.media_file, name="media_file"),
    path("files/documents/<uuid:uuid>/<str:name>", views.document_file, name="document_file"),
    path("files/captions/<uuid:recording>/<int:track>.vtt", views.caption_file, name="caption_file"),
    path("files/previews/<str:nonce>/<int:place>.vtt", views.draft_captions, name="draft_captions"),
]
