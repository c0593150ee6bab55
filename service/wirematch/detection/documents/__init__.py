"""What becomes of news documents: new stories, versions and withdrawals."""
