"""Reading what another system exported: pure modules, no database and no request.

`reading` turns bytes into records, `columns` says what a column means, `days` reads dates in the order that was
confirmed, `cells` turns the cells of a record into values. What the rows become is decided in `patients.actions.imports`.
"""
