"""What is printed: the sheet (page, fonts, header, signature box) and one module per paper.

A paper module builds blocks with `blocks`, `tables` and `signature`, describes itself with
`sheet.Paper` and gets its PDF from `sheet.render`. Only `fonts`, `pen` and `sheet` know reportlab,
only `preview` knows pypdfium2.
"""
