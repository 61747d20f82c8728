"""What a lab adds to the locked environment, and which packages a study is made with."""
