"""One module per screen, the base application they run in, and the house themes. Nothing is imported from here."""
