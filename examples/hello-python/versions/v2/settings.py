LANGUAGE = "pt"
