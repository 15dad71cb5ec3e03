"""Registers the API's plumbing and its commands with Django."""

from django.apps import AppConfig


class ApiConfig(AppConfig):
    name = "cms.api"
    label = "api"
    verbose_name = "API"
