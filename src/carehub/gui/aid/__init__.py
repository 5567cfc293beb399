"""The place Aid: batches and their payments, what was paid twice, audit calls."""
