"""Translation engines, where a machine has any: sentences in, as many sentences out, with the route taken."""
