"""Printed papers as PDF: plain values in, bytes out. The only place that knows ReportLab and fontTools.

Nothing here reads a store or any file but fonts. Every paper takes a `Press` (fonts, words, code lists). From the
bottom up: outlines → font_file → embedding → fonts → lines → sheet → grid, official → the papers themselves.
Lengths are millimetres from the top left corner of the page, type sizes are points.
"""
