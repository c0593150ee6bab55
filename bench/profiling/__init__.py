"""Where the time within a check goes: by stage, and by kernel."""
