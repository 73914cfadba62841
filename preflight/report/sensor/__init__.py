"""What the commands of `sensor` found, as people read it. Everything that the cluster said is escaped here."""
