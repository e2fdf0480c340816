"""Slides from the lessons: reveal.js decks that need neither a kernel nor a network, as HTML, PDF and a handout."""
