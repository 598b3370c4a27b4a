"""What marketers query: written aside, proved, and put in place in one step; and the removals, which only remove."""
