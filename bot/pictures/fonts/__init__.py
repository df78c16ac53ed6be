"""Nunito 3.602 (variable weight), the one font of all pictures.

From github.com/google/fonts, ofl/nunito, commit 796935c7; SIL Open Font License 1.1, its text is in OFL.txt beside it.

Nunito-500.ttf and Nunito-800.ttf are cut from it by scripts/make_static_fonts.py, for PDF files.
"""
