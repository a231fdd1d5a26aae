"""The demo practice: invented people, realistic and the same every time, written through the same actions as work."""
