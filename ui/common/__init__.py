"""What both windows are made of.

For whoever builds a window on it:

- `theme.Theme`: a frozen value with every colour, mark and measure; made once by `ui.app`, handed to
  each widget. `theme.dress(app, theme)` dresses the application.
- `window.FrameWindow(theme, title)`: the frame. `add_tool(text, slot, shortcut)`, `add_tool_menu(text,
  menu)`, `add_undo_tools(workspace)`, `add_page(name, title, widget)`, `show_page(name)`,
  `set_badge(name, text, colour)`, `set_header(text)`, `set_side(widget)` (folds below 1000 px into the
  line of `set_side_summary`), `message.good/caution/trouble(text)`, `set_summary(text)`,
  `set_middle(text)`, `mark_saved()`, `show_problem(problem)`, `run_job(text, job, done)` and the signal
  `page_shown(name)`.
- `workspace.Workspace(book, apply, check)`: owns a book, the undo stack and the one signal
  `changed(Changes)`; `edit(action)` is how anything changes, `checked(report)` follows 50 ms later.
- `static_table.StaticTable(columns)` of `Look`s + `static_table.table_view(model, theme)`: read-only
  tables with tints, marks, sorting and Ctrl+C.
- `record_table.RecordTable` + `sheet_edit.SheetEditor`: grids for typing into list records.
- `record_form.RecordForm`: forms for records of one row and for stages side by side.
- `editors.editor_for(item)`: the editor of a kind of value; keeps whatever is typed.
- `job_runner.JobRunner`: generators of Progress (or plain functions) on one worker thread.
- `problems`: the one door from a Problem to words on the screen, and crash reports.
- `findings_panel.FindingsPanel`, `why_card.WhyCard`: verdicts and where they come from.
- `finding_line.FindingLine`: what was found at the current cell, with its explanation.
- `paper_view.PaperView`: PDF bytes as pages on the screen; `print_to(printer)`.
- `plain`: the one door to text on screen; labels, buttons, tool tips and titles are made there, and in
  `plain_boxes` message boxes, forms and choices.
- `steps.Steps`: building a window in steps, the page that is looked at first before the rest.
- `elided_label.ElidedLabel`: a label that never widens the window.
- `new_workbook`, `start`: making and opening workbooks.
"""
