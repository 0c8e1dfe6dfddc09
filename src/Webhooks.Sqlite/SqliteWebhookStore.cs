using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Webhooks.Sqlite.Connections;
using Webhooks.Storage;

namespace Webhooks.Sqlite;

/// <summary>
/// Keeps webhooks in a SQLite file. Hosts register it with <c>UseSqlite</c>; tests and tools may make one themselves.
/// </summary>
/// <remarks>
/// The file is opened by <see cref="InitializeAsync"/> or by the first call that needs it. Reads run on the caller's thread,
/// each on a connection of its own; writes run on one thread, those that meet in one transaction. Disposing it finishes the
/// writes that are queued and closes the file.
/// </remarks>
public sealed partial class SqliteWebhookStore : IWebhookStore, IDisposable
{
    /// <summary>Makes a store; the file is not touched yet.</summary>
    /// <param name="options">The settings.</param>
    /// <param name="logger">Where to log; null for nowhere.</param>
    /// <exception cref="WebhookValidationException">A setting breaks its rule.</exception>
    public SqliteWebhookStore(SqliteStoreOptions options, ILogger<SqliteWebhookStore>? logger = null)
    {
        ArgumentNullException.ThrowIfNull(options);
        var errors = SqliteStoreOptionsValidator.FindErrors(options);
        if (errors.Count > 0)
        {
            throw new WebhookValidationException(errors);
        }

        Database = new SqliteDatabase(options, logger ?? NullLogger<SqliteWebhookStore>.Instance);
    }

    internal SqliteDatabase Database { get; }

    /// <summary>Finishes the writes that are queued and closes the file. Calls made later fail.</summary>
    public void Dispose() => Database.Dispose();
}
