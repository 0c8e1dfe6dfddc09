using System.Collections.Concurrent;
using Npgsql;
using NpgsqlTypes;
using Webhooks.PostgreSql.Connections;
using Webhooks.PostgreSql.Notifications;
using Webhooks.Storage;

namespace Webhooks.PostgreSql.Messages;

/// <summary>The one statement of an append, <see cref="AppendSql"/>, with its parameters.</summary>
internal sealed class AppendStatement(PostgreSqlDatabase database)
{
    private readonly ConcurrentDictionary<(AppendKind Kind, bool HasNames, bool IsHolding), string> _texts = [];

    /// <summary>Makes the statement. Its row is read by <see cref="AppendAnswer.Read"/>.</summary>
    /// <param name="batch">What to store.</param>
    /// <param name="leases">Whom to lease new deliveries to, or null.</param>
    /// <param name="kind">Where it runs, and what is known of the messages.</param>
    public NpgsqlBatchCommand Create(AppendBatch batch, LeaseGrant? leases, AppendKind kind)
    {
        var (messages, types, subscribers, deliveries) = (batch.Messages, batch.Types, batch.Subscribers, batch.Deliveries);
        return SqlExtensions.Statement(TextOf(batch, kind))
            .WithTexts(types, static type => type.Type.TenantId)
            .WithTexts(types, static type => type.Patterns)
            .WithTexts(types, static type => type.Type.EventType)
            .WithArray(NpgsqlDbType.Bigint, subscribers, static subscriber => subscriber.Seq)
            .WithArray(NpgsqlDbType.Bigint, subscribers, static subscriber => subscriber.Version)
            .WithArray(NpgsqlDbType.Boolean, subscribers, static subscriber => subscriber.IsHolding)
            .WithArray(NpgsqlDbType.Boolean, subscribers, static subscriber => subscriber.IsOrdered)
            .WithText(kind == AppendKind.Test ? messages[0].Message.TestedEndpointId : null)
            .WithText(leases?.Owner)
            .WithTime(leases?.Until)
            .WithArray(NpgsqlDbType.Integer, batch.MessageTypes, static type => type)
            .WithKeys(messages, static message => message.Key)
            .WithArray(NpgsqlDbType.Integer, batch.DeliveryCounts, static count => count)
            .WithArray(NpgsqlDbType.TimestampTz, messages, static message => message.Message.CreatedAt.UtcDateTime)
            .WithTextsOrNone(messages, static message => message.OwnId)
            .WithTextsOrNone(messages, static message => message.Message.EventId)
            .WithTextsOrNone(messages, static message => message.Message.Channels is [] ? null : string.Join(' ', message.Message.Channels))
            .WithTimesOrNone(messages, static message => message.Message.DeliverAt)
            .WithTimesOrNone(messages, static message => message.Message.ExpiresAt)
            .WithFlagsOrNone(messages, static message => message.Message.IsAtMostOnce ? true : null)
            .WithArray(NpgsqlDbType.Bytea, messages, static message => message.Message.Payload!.Value)
            .WithArray(NpgsqlDbType.TimestampTz, messages, static message => message.Message.Timestamp.UtcDateTime)
            .WithTextsOrNone(messages, static message => message.Message.TraceParent)
            .WithTimesOrNone(messages, static message => message.Message.PayloadKeptUntil)
            .WithKeys(deliveries, static delivery => delivery.Key)
            .WithArray(NpgsqlDbType.Integer, deliveries, static delivery => delivery.Message + 1)
            .WithArray(NpgsqlDbType.Integer, deliveries, static delivery => delivery.Subscriber + 1)
            .WithArray(NpgsqlDbType.Boolean, deliveries, static delivery => delivery.IsLeased)
            .WithTexts(deliveries, static delivery => delivery.Endpoint.Id)
            .WithTextsOrNone(deliveries, delivery => messages[delivery.Message].OwnId)
            .WithText(database.Channel)
            .With(NpgsqlDbType.Boolean, batch.HasUnleased)
            .WithText(batch.FirstDelayed is { } time ? Notification.ForDueAt(time) : null);
    }

    private string TextOf(AppendBatch batch, AppendKind kind)
    {
        var hasNames = batch.Messages.Exists(static message => message.NameCount > 0);
        return _texts.GetOrAdd(
            (kind, hasNames, batch.IsHolding),
            static (key, database) => database.Sql(AppendSql.Create(key.Kind, key.HasNames, key.IsHolding)),
            database);
    }
}
