"""The findings: what is impossible or doubtful in rows, tables and ledgers."""
