// These tests wait for leases to end more than they work.
[assembly: CollectionBehavior(MaxParallelThreads = 4)]
