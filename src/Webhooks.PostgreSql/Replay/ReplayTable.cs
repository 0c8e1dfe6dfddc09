using Npgsql;
using NpgsqlTypes;
using Webhooks.PostgreSql.Connections;
using Webhooks.Replay;
using Webhooks.Storage;

namespace Webhooks.PostgreSql.Replay;

/// <summary>Keeps replays.</summary>
internal sealed class ReplayTable(PostgreSqlDatabase database)
{
    public const string Columns =
        """
        seq, tenant_id, id, status, selection, endpoint_id, event_type, since, until, created_at, completed_at, reached_at,
        replayed_count, skipped_count
        """;

    private const string ListName = "replays";

    private const string InsertSql =
        """
        INSERT INTO {schema}.replays (tenant_id, id, selection, endpoint_id, event_type, since, until, created_at, due_at)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $8)
        ON CONFLICT DO NOTHING
        """;

    private const string GetSql = $$"""SELECT {{Columns}} FROM {schema}.replays WHERE tenant_id = $1 AND id = $2""";

    private const string ListSql =
        $$"""
        SELECT {{Columns}} FROM {schema}.replays
        WHERE tenant_id = $1 AND seq < $2 AND ($3::int IS NULL OR status = $3::int)
        ORDER BY seq DESC
        LIMIT $4
        """;

    private const string CancelSql =
        "UPDATE {schema}.replays SET status = 2, completed_at = $3 WHERE tenant_id = $1 AND id = $2 AND status = 0";

    private const string PruneSql =
        """
        DELETE FROM {schema}.replays WHERE (tenant_id, id) IN (
          SELECT tenant_id, id FROM {schema}.replays WHERE completed_at < $1 ORDER BY completed_at LIMIT $2)
        """;

    private readonly string _insert = database.Sql(InsertSql);
    private readonly string _get = database.Sql(GetSql);
    private readonly string _list = database.Sql(ListSql);
    private readonly string _cancel = database.Sql(CancelSql);
    private readonly string _prune = database.Sql(PruneSql);

    public static ReplayJob Read(NpgsqlDataReader row) => new()
    {
        Id = row.GetString(2),
        Request = new ReplayRequest
        {
            TenantId = row.GetString(1),
            Selection = (ReplaySelection)row.GetInt16(4),
            EndpointId = row.NullableText(5),
            EventType = row.NullableText(6),
            Since = row.NullableTime(7),
            Until = row.Time(8),
        },
        Status = (ReplayStatus)row.GetInt16(3),
        CreatedAt = row.Time(9),
        CompletedAt = row.NullableTime(10),
        ReachedAt = row.NullableTime(11),
        ReplayedCount = row.GetInt64(12),
        SkippedCount = row.GetInt64(13),
    };

    public async Task<bool> InsertAsync(ReplayJob job, CancellationToken cancellationToken)
    {
        var request = job.Request;
        return await database.ExecuteAsync(
            SqlExtensions.Statement(_insert)
                .WithText(request.TenantId)
                .WithText(job.Id)
                .WithInt((int)request.Selection)
                .WithText(request.EndpointId)
                .WithText(request.EventType)
                .WithTime(request.Since)
                .WithTime(request.Until)
                .WithTime(job.CreatedAt),
            cancellationToken).ConfigureAwait(false) > 0;
    }

    public async Task<ReplayJob?> GetAsync(string tenantId, string jobId, CancellationToken cancellationToken)
    {
        var found = await database.ReadAsync(
            SqlExtensions.Statement(_get).WithText(tenantId).WithText(jobId), Read, cancellationToken).ConfigureAwait(false);
        return found is [var job] ? job : null;
    }

    public async Task<Page<ReplayJob>> ListAsync(ReplayQuery query, CancellationToken cancellationToken)
    {
        var statement = SqlExtensions.Statement(_list)
            .WithText(query.TenantId)
            .With(NpgsqlDbType.Bigint, query.Cursor is null ? long.MaxValue : PageCursor.Decode<long>(ListName, query.Cursor))
            .WithInt((int?)query.Status)
            .WithInt(query.Limit + 1);
        var rows = await database.ReadAsync(
            statement, static row => (Seq: row.GetInt64(0), Job: Read(row)), cancellationToken).ConfigureAwait(false);
        return new Page<ReplayJob>(
            [.. rows.Take(query.Limit).Select(static row => row.Job)],
            rows.Count > query.Limit ? PageCursor.Encode(ListName, rows[query.Limit - 1].Seq) : null);
    }

    public async Task<ReplayJob?> CancelAsync(string tenantId, string jobId, DateTimeOffset now, CancellationToken cancellationToken)
    {
        await database.ExecuteAsync(
            SqlExtensions.Statement(_cancel).WithText(tenantId).WithText(jobId).WithTime(now), cancellationToken).ConfigureAwait(false);
        return await GetAsync(tenantId, jobId, cancellationToken).ConfigureAwait(false);
    }

    public Task<int> PruneAsync(DateTimeOffset endedBefore, int limit, CancellationToken cancellationToken) =>
        database.ExecuteAsync(SqlExtensions.Statement(_prune).WithTime(endedBefore).WithInt(limit), cancellationToken);
}
