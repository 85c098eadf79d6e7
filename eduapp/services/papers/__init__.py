"""What is printed or pictured of a workbook, and paper checked against data."""
