"""Spreadsheets: old ledgers in (any office's layout), workbooks out. The only place that knows Excel's formats."""
