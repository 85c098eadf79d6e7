"""What is carried: signed submissions, their canonical bytes, the writing to a stick, spreadsheets."""
