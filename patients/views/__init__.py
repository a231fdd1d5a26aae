"""Patient pages. They fetch, call and answer; rules live in the actions."""
