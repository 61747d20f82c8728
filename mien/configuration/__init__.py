"""What a study's file may say: read, checked, completed with defaults."""
