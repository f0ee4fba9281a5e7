"""Many reports: who should report, who did, what each says, and what they say of one another."""
