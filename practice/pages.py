"""Addresses of the practice's own pages."""

from django.urls import path

from practice.views import account, handing_over, mail_folder, people, places, today, tokens

urlpatterns = [
    path("", today.today, name="today"),
    path("handed-over", handing_over.give_back, name="give-back"),
    path("account", account.account, name="account"),
    path("presence", account.presence, name="presence"),
    path("set-password/<str:uid>/<str:token>", account.set_password, name="set-password"),
    path("practice", places.index, name="practice"),
    path("practice/staff", people.staff, name="staff"),
    path("practice/staff/invite", people.invite, name="invite"),
    path("practice/staff/<uuid:pk>", people.change, name="person"),
    path("practice/staff/<uuid:pk>/credentials", people.add_credential, name="person-credential"),
    path("practice/staff/<uuid:pk>/deactivate", people.deactivate, name="person-deactivate"),
    path("practice/staff/<uuid:pk>/reactivate", people.reactivate, name="person-reactivate"),
    path("practice/staff/<uuid:pk>/password-link", people.password_link, name="person-password-link"),
    path("practice/credentials/<uuid:pk>", people.credential, name="credential"),
    path("practice/settings", places.settings, name="settings"),
    path("practice/clinics", places.clinics, name="clinics"),
    path("practice/clinics/<uuid:pk>", places.clinic, name="clinic"),
    path("practice/clinics/<uuid:pk>/archive", places.turn_clinic, {"on": False}, name="clinic-archive"),
    path("practice/clinics/<uuid:pk>/restore", places.turn_clinic, {"on": True}, name="clinic-restore"),
    path("practice/mail-folder", mail_folder.messages, name="mail-folder"),
    path("practice/mail-folder/<slug:name>", mail_folder.message, name="mail-message"),
    path("practice/mail-folder/<slug:name>/<int:number>", mail_folder.attachment, name="mail-attachment"),
    path("practice/tokens", tokens.tokens, name="tokens"),
    path("practice/tokens/<uuid:pk>/revoke", tokens.revoke, name="token-revoke"),
]
