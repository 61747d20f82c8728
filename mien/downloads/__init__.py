"""Files from elsewhere, fetched once: resumed where they stopped, verified, and the same ever after."""
