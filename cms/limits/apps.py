"""Registers the limiter with Django."""

from django.apps import AppConfig


class LimitsConfig(AppConfig):
    name = "cms.limits"
    label = "limits"
    verbose_name = "Limits"
