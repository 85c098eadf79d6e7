"""A county's open workbook, its records, its reports, its own corrections."""
