"""The addresses of the search page, of its feed, of alerts, and of what visitors ask for."""

from django.urls import path

from .alerts import feed as feeds
from .alerts import views as alerts
from .learning import clicks
from .pages import inquiry_form as ask
from .pages import views

app_name = "search"
urlpatterns = [
    path("", views.results, name="results"),
    path("click/", clicks.note_click, name="click"),
    path("feed/", feeds.feed, name="feed"),
    path("alerts/new/", alerts.new_alert, name="new_alert"),
    path("alerts/confirm/<str:token>/", alerts.confirm_alert, name="confirm_alert"),
    path("alerts/stop/<str:token>/", alerts.stop_alert, name="stop_alert"),
    path("suggest/", views.suggestions, name="suggest"),
    path("ask/", ask.ask, name="ask"),
    path("ask/thanks/", ask.asked, name="asked"),
]
