namespace Webhooks.Interop.Tests;

/// <summary>The tests that share one process of Node.js.</summary>
[CollectionDefinition(Name)]
public sealed class NodeCollection : ICollectionFixture<NodeReceivers>
{
    public const string Name = "Node.js";
}
