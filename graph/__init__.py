"""The graph: documents in, snapshots out; gate, entailment, rules, worlds and proofs."""
