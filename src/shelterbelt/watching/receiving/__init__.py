"""Where devices send: a secret, what it says, and one answer when that is durable. Nobody learns anything here."""
