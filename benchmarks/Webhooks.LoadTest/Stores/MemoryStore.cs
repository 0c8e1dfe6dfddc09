namespace Webhooks.LoadTest.Stores;

/// <summary>The store that a host has without choosing one.</summary>
internal sealed class MemoryStore : StoreUnderTest
{
    public const string StoreName = "memory";

    public override string Name => StoreName;

    public override void Use(IWebhooksBuilder builder)
    {
    }

    public override Task<StoreUnderTest> CreateAnotherAsync() => Task.FromResult<StoreUnderTest>(new MemoryStore());

    public override ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
