using System.Data.Common;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;
using Webhooks.PostgreSql.Connections;
using Webhooks.PostgreSql.Deliveries;
using Webhooks.PostgreSql.Endpoints;
using Webhooks.PostgreSql.Erasure;
using Webhooks.PostgreSql.Log;
using Webhooks.PostgreSql.Messages;
using Webhooks.PostgreSql.Partitions;
using Webhooks.PostgreSql.Replay;
using Webhooks.PostgreSql.Retention;
using Webhooks.PostgreSql.Schema;
using Webhooks.Publishing;
using Webhooks.Storage;

namespace Webhooks.PostgreSql;

/// <summary>
/// Keeps webhooks in PostgreSQL 15 or later, for any number of instances. Hosts register it with <c>UsePostgreSql</c>; tests
/// and tools may make one themselves.
/// </summary>
public sealed partial class PostgreSqlWebhookStore : IWebhookStore, ITransactionalMessageStore, IAsyncDisposable, IDisposable
{
    private readonly MessageAppender _appender;
    private readonly DueClaim _due;
    private readonly HeldClaim _held;
    private readonly OutcomeWriter _outcomes;
    private readonly RateTable _rates;
    private readonly Pruner _pruner;
    private readonly PayloadPruner _payloadPruner;
    private readonly PayloadEraser _payloadEraser;
    private readonly TenantEraser _tenantEraser;
    private readonly EndpointTable _endpoints;
    private readonly EndpointRemover _remover;
    private readonly MessageLog _messageLog;
    private readonly DeliveryLog _deliveryLog;
    private readonly AttemptLog _attemptLog;
    private readonly ReplayTable _replays;
    private readonly EndedReplay _ended;
    private readonly ReplayRunner _replayRunner;
    private int _isInitialized;

    /// <summary>Makes a store with connections of its own; the database is not touched yet.</summary>
    /// <param name="connectionString">A connection string of Npgsql.</param>
    /// <param name="options">The settings; null for the defaults.</param>
    /// <param name="logger">Where to log; null for nowhere.</param>
    /// <exception cref="WebhookValidationException">A setting breaks its rule, or the connection string is none.</exception>
    public PostgreSqlWebhookStore(
        string connectionString, PostgreSqlStoreOptions? options = null, ILogger<PostgreSqlWebhookStore>? logger = null)
        : this(CreateDataSource(connectionString), ownsDataSource: true, options, logger)
    {
    }

    /// <summary>Makes a store with the host's connections; the database is not touched yet.</summary>
    /// <param name="dataSource">The connections. They stay the host's to dispose.</param>
    /// <param name="options">The settings; null for the defaults.</param>
    /// <param name="logger">Where to log; null for nowhere.</param>
    /// <exception cref="WebhookValidationException">A setting breaks its rule.</exception>
    public PostgreSqlWebhookStore(
        NpgsqlDataSource dataSource, PostgreSqlStoreOptions? options = null, ILogger<PostgreSqlWebhookStore>? logger = null)
        : this(dataSource, ownsDataSource: false, options, logger)
    {
    }

    private PostgreSqlWebhookStore(
        NpgsqlDataSource dataSource, bool ownsDataSource, PostgreSqlStoreOptions? options, ILogger<PostgreSqlWebhookStore>? logger)
    {
        options ??= new PostgreSqlStoreOptions();
        var errors = PostgreSqlStoreOptionsValidator.FindErrors(options);
        if (errors.Count > 0)
        {
            throw new WebhookValidationException(errors);
        }

        Database = new PostgreSqlDatabase(
            dataSource, ownsDataSource, options, logger ?? NullLogger<PostgreSqlWebhookStore>.Instance);
        var loader = new LeaseLoader(Database);
        Partitions = new PartitionMaker(Database);
        var fanOut = new FanOut(Database);
        _appender = new MessageAppender(Database, Partitions, fanOut);
        HeldSweep = new HeldSweep(Database);
        _due = new DueClaim(Database, loader, HeldSweep);
        _held = new HeldClaim(Database, loader, new HeldExpiry(Database));
        var announcements = new Announcements(Database, Partitions, _appender);
        _outcomes = new OutcomeWriter(Database, Partitions, announcements);
        _rates = new RateTable(Database);
        _pruner = new Pruner(Database, Partitions);
        _payloadPruner = new PayloadPruner(Database);
        _endpoints = new EndpointTable(Database, announcements);
        _remover = new EndpointRemover(Database, announcements);
        _messageLog = new MessageLog(Database);
        _payloadEraser = new PayloadEraser(Database, _messageLog, _payloadPruner);
        _tenantEraser = new TenantEraser(Database);
        _deliveryLog = new DeliveryLog(Database, _messageLog);
        _attemptLog = new AttemptLog(Database, _messageLog);
        _replays = new ReplayTable(Database);
        _ended = new EndedReplay(Database);
        _replayRunner = new ReplayRunner(Database, _ended, new NeverSentReplay(Database, fanOut));
    }

    internal PostgreSqlDatabase Database { get; }

    internal PartitionMaker Partitions { get; }

    internal HeldSweep HeldSweep { get; }

    /// <inheritdoc/>
    public async Task InitializeAsync(CancellationToken cancellationToken)
    {
        if (Volatile.Read(ref _isInitialized) == 0)
        {
            var version = await new Migrator(Database).RunAsync(cancellationToken).ConfigureAwait(false);
            if (Interlocked.Exchange(ref _isInitialized, 1) == 0)
            {
                Database.Logger.Initialized(Database.Options.Schema, version);
            }
        }
    }

    /// <inheritdoc/>
    public Task<IReadOnlyList<AppendResult>> AppendAsync(
        IReadOnlyList<WebhookMessage> messages, LeaseGrant? leases, CancellationToken cancellationToken) =>
        _appender.AppendAsync(messages, leases, cancellationToken);

    /// <inheritdoc/>
    public Task<IReadOnlyList<AppendResult>> AppendAsync(
        IReadOnlyList<WebhookMessage> messages, DbTransaction transaction, CancellationToken cancellationToken) =>
        transaction switch
        {
            NpgsqlTransaction own => _appender.AppendAsync(messages, own, cancellationToken),
            _ => throw new NotSupportedException(
                $"The transaction is a {transaction.GetType().Name}; webhooks are stored in PostgreSQL and need one of Npgsql."),
        };

    /// <summary>
    /// Closes the connections, unless they are the host's. Calls made later fail.
    /// </summary>
    public async ValueTask DisposeAsync()
    {
        Partitions.Dispose();
        await Database.DisposeAsync().ConfigureAwait(false);
    }

    /// <inheritdoc cref="DisposeAsync"/>
    public void Dispose()
    {
        Partitions.Dispose();
        Database.Dispose();
    }

    /// <summary>Makes the partitions of these times where there are none.</summary>
    internal async Task MakePartitionsAsync(IEnumerable<DateTimeOffset> times, CancellationToken cancellationToken) =>
        await Partitions.EnsureAsync(times.Select(static time => time.ToUnixTimeMilliseconds()), cancellationToken).ConfigureAwait(false);

    private static NpgsqlDataSource CreateDataSource(string connectionString)
    {
        try
        {
            return NpgsqlDataSource.Create(connectionString);
        }
        catch (ArgumentException exception)
        {
            // The value is not repeated: it may hold a password.
            throw new WebhookValidationException(
                "connectionString", "format", value: null, $"is a connection string of Npgsql. {exception.Message}", exception);
        }
    }
}
