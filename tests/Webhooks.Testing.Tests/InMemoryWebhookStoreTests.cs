using Webhooks.Storage;
using Webhooks.Storage.InMemory;
using Webhooks.Testing.Conformance;

namespace Webhooks.Testing.Tests;

public sealed class InMemoryWebhookStoreTests : WebhookStoreConformance
{
    protected override Task<IWebhookStore> CreateStoreAsync() => Task.FromResult<IWebhookStore>(new InMemoryWebhookStore());
}
