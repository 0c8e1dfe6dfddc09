using Npgsql;
using Webhooks.PostgreSql.Connections;
using Webhooks.PostgreSql.Messages;
using Webhooks.Publishing;
using Webhooks.Storage;

namespace Webhooks.PostgreSql.Deliveries;

/// <summary>Reads the messages of claimed deliveries, each once.</summary>
internal sealed class LeaseLoader(PostgreSqlDatabase database)
{
    /// <summary>The bounds tell PostgreSQL which partitions to look into, which it cannot tell from an array.</summary>
    private const string MessagesSql =
        $$"""
        SELECT {{MessageReader.Columns}}
        FROM unnest($1::text[], $2::uuid[]) AS i(tenant_id, key)
        CROSS JOIN LATERAL (
          SELECT * FROM {schema}.messages m
          WHERE m.tenant_id = i.tenant_id AND m.key = i.key AND m.key >= $3 AND m.key <= $4 OFFSET 0) AS m
        """;

    private readonly string _messages = database.Sql(MessagesSql);

    public async Task<IReadOnlyList<LeasedDelivery>> LoadAsync(
        NpgsqlConnection connection, List<LeasedRow> rows, DateTimeOffset leaseUntil, CancellationToken cancellationToken)
    {
        if (rows.Count == 0)
        {
            return [];
        }

        var found = await database.ReadAsync(
            connection,
            transaction: null,
            CreateStatement([.. rows.Select(static row => (row.TenantId, row.MessageKey)).Distinct()]),
            static row => (Key: (row.GetString(1), row.GetGuid(0)), Message: MessageReader.Read(row)),
            cancellationToken).ConfigureAwait(false);
        var messages = found.ToDictionary(static row => row.Key, static row => row.Message);
        var leases = new List<LeasedDelivery>(rows.Count);
        foreach (var row in rows)
        {
            // One that was erased since the lease is not sent.
            if (messages.TryGetValue((row.TenantId, row.MessageKey), out var message) && message.Payload is not null)
            {
                leases.Add(ToLease(row, message, leaseUntil));
            }
        }

        return leases;
    }

    internal NpgsqlBatchCommand CreateStatement(List<(string TenantId, Guid Key)> keys) =>
        SqlExtensions.Statement(_messages)
            .WithTexts(keys, static key => key.TenantId)
            .WithKeys(keys, static key => key.Key)
            .WithKey(keys.Min(static key => key.Key))
            .WithKey(keys.Max(static key => key.Key));

    private static LeasedDelivery ToLease(LeasedRow row, WebhookMessage message, DateTimeOffset leaseUntil) => new()
    {
        Id = WebhookIdGenerator.Encode(DeliveryKey.Prefix, row.Key),
        EndpointId = row.EndpointId,
        EndpointVersion = row.EndpointVersion,
        AttemptNumber = row.AttemptCount + 1,
        LeaseUntil = leaseUntil,
        Message = message,
        Resend = ResendNote.Read(row.Resend),
        Sent = SentContent.Read(row.Sent),
        IsOrdered = row.IsOrdered,
        IsInterrupted = row.IsInterrupted,
    };
}
