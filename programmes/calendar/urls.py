"""The addresses of calendars. That of a page is the page's own with `calendar.ics` after it, wherever the page lies."""

from django.urls import path, re_path

from . import views

app_name = "calendar"
urlpatterns = [
    path("calendar.ics", views.everything, name="everything"),
    path("calendar/<str:token>.ics", views.shared, name="shared"),
    re_path(r"^(?P<kind>topics|people)/(?P<slug>[-\w]+)/calendar\.ics$", views.named, name="named"),
    re_path(r"^(?P<path>(?:[-\w]+/)+)calendar\.ics$", views.of_page, name="page"),
]
