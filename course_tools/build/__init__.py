"""From chapters/ to notebooks/, solutions/ and exercises/.

Read in this order: `chapter` (where the sources are), `source` (MyST to cells with line numbers), `lesson` and
`exercise` (what each notebook holds), `execute`, `normalize`, `cache`, `work` (one notebook), `command`.
"""
