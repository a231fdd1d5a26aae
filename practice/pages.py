"""The practice's own pages."""

from django.urls import path

from practice.views import people, places, today

urlpatterns = [
    path("", today.today, name="today"),
    path("practice", places.index, name="practice"),
    path("practice/staff", people.staff, name="staff"),
    path("practice/staff/invite", people.invite, name="invite"),
    path("practice/staff/<uuid:pk>", people.change, name="person"),
    path("practice/staff/<uuid:pk>/credentials", people.add_credential, name="person-credential"),
    path("practice/staff/<uuid:pk>/deactivate", people.switch, {"on": False}, name="person-deactivate"),
    path("practice/staff/<uuid:pk>/reactivate", people.switch, {"on": True}, name="person-reactivate"),
    path("practice/staff/<uuid:pk>/password-link", people.password_link, name="person-password-link"),
    path("practice/settings", places.settings, name="settings"),
    path("practice/clinics", places.clinics, name="clinics"),
    path("practice/clinics/<uuid:pk>", places.clinic, name="clinic"),
    path("practice/tokens", places.tokens, name="tokens"),
    path("practice/tokens/<uuid:pk>/revoke", places.revoke, name="token-revoke"),
    path("set-password/<str:uid>/<str:token>", people.set_password, name="set-password"),
]
