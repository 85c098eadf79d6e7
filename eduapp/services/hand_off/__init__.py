"""From school to county and back: requests, round files, submissions, receipts."""
