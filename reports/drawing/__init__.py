"""Drawing documents as PDF: pure functions from contents to bytes. No database, no request, no clock.

`patient_summary.render` and `clinical_record.render` are the two ways in; both answer a `sheet.Printed`.
"""
