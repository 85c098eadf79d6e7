"""How it looks: the windows. They call services and show what comes back."""
