"""What is required: figures, formulas, standards as dated data, verdicts, findings and gaps."""
