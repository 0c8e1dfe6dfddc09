using Webhooks.Storage;
using Webhooks.Testing.Conformance;

namespace Webhooks.Sqlite.Tests;

/// <summary>What every store does, with a file for each store.</summary>
public sealed class SqliteStoreConformanceTests : WebhookStoreConformance, IDisposable
{
    private readonly TempDirectory _directory = new();
    private int _files;

    public void Dispose() => _directory.Dispose();

    protected override Task<IWebhookStore> CreateStoreAsync() =>
        Task.FromResult<IWebhookStore>(A.Store(_directory.File($"{_files++}.db")));
}
