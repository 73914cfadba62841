"""What the network feeds, fed wrong: valid messages with their structure bent, through the path that reads the real ones.

    clock.py        an event loop on which silence takes no time, and on which waiting for nothing at all is found out
    memory.py       the network of these tests: every peer is a function of this process
    mutations.py    how a valid message is bent: bytes, DER nodes, TLS records
    whole.py        a check carried out, judged and written in every format, and what must hold of all that

Each kind of message has a test file. The whole suite spends some seconds here; `make fuzz FUZZ=50` searches fifty times as long.
A failure prints the smallest message that shows it: make it a regression test in the room that reads such messages, and mend it.
"""
