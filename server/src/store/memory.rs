//! A store that forgets: the fake for tests, held to the same contract.
