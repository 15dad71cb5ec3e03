"""The addresses of search."""

from django.urls import path

from . import ask, views

app_name = "search"
urlpatterns = [
    path("", views.results, name="results"),
    path("ask/", ask.ask, name="ask"),
    path("ask/thanks/", ask.asked, name="asked"),
]
