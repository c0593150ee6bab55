"""Making the models and tables that ship with the package."""
