"""What is recorded, declared once: every label, unit, kind and limit has its only place here."""
