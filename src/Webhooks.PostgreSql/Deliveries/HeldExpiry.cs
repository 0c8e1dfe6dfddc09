using Npgsql;
using Webhooks.PostgreSql.Connections;
using Webhooks.Storage;

namespace Webhooks.PostgreSql.Deliveries;

/// <summary>
/// Cancels held deliveries whose message has expired. Where a claim has met one there may be many, and claims for one delivery at a
/// time would hardly get past them.
/// </summary>
internal sealed class HeldExpiry(PostgreSqlDatabase database)
{
    /// <summary>How many of the oldest held deliveries are looked at.</summary>
    public const int Window = 1_000;

    private static readonly string CancelSql =
        $$"""
        WITH held AS MATERIALIZED (
          SELECT p.ctid AS spot, {{Cancellation.IsExpired("$3")}} AS is_expired
          FROM {schema}.pending p
          WHERE p.tenant_id = $1 AND p.endpoint_id = $2 AND p.due_at IS NULL
          ORDER BY p.place NULLS FIRST, p.key
          LIMIT $4
          FOR UPDATE SKIP LOCKED
        ),
        {{Cancellation.Sql("SELECT spot FROM held WHERE is_expired", now: "$3")}}
        SELECT count(*) FROM canceled
        """;

    private readonly string _cancel = database.Sql(CancelSql);

    public Task CancelAsync(EndpointKey endpoint, DateTimeOffset now, CancellationToken cancellationToken) =>
        database.ExecuteAsync(CreateStatement(endpoint, now), cancellationToken);

    internal NpgsqlBatchCommand CreateStatement(EndpointKey endpoint, DateTimeOffset now) => SqlExtensions.Statement(_cancel)
        .WithText(endpoint.TenantId)
        .WithText(endpoint.EndpointId)
        .WithTime(now)
        .WithInt(Window);
}
