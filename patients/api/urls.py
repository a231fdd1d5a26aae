from rest_framework.routers import SimpleRouter

from patients.api.attachments import AttachmentViewSet
from patients.api.contacts import ContactViewSet
from patients.api.imports import ImportViewSet
from patients.api.keeping import DestroyedRecordViewSet, DestructionViewSet, ExpiredRecordViewSet, LegalHoldViewSet
from patients.api.merges import DuplicateViewSet, MergeViewSet
from patients.api.past_notes import HistoricalNoteViewSet
from patients.api.people import PatientViewSet
from patients.api.registrations import RegistrationViewSet

router = SimpleRouter(trailing_slash=False, use_regex_path=False)
router.register("patients/duplicates", DuplicateViewSet, basename="duplicate")
router.register("merges", MergeViewSet, basename="merge")
router.register("patients", PatientViewSet, basename="patient")
router.register("contacts", ContactViewSet, basename="contact")
router.register("legal-holds", LegalHoldViewSet, basename="legal-hold")
router.register("destructions", DestructionViewSet, basename="destruction")
router.register("destroyed-records", DestroyedRecordViewSet, basename="destroyed-record")
router.register("expired-records", ExpiredRecordViewSet, basename="expired-record")
router.register("imports", ImportViewSet, basename="import")
router.register("historical-notes", HistoricalNoteViewSet, basename="historical-note")
router.register("registrations", RegistrationViewSet, basename="registration")
router.register("attachments", AttachmentViewSet, basename="attachment")
urlpatterns = router.urls
