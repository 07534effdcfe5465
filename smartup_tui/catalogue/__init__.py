"""Every `!command`, declared once, and the grammar they are written in.

`model` is the vocabulary, `commands` the declarations, `grammar` parses, formats, completes and explains.
"""
