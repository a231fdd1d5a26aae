"""Drawing documents as PDF: pure functions from contents to bytes. No database, no request, no clock.

`patient_summary.render`, `clinical_record.render` and `consent_copy.render` are the ways in; each answers a `sheet.Printed`.
"""
