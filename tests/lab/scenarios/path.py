SCENARIOS: tuple[()] = ()
