using Webhooks.Publishing;
using Webhooks.Sqlite.Connections;
using Webhooks.Sqlite.Messages;
using Webhooks.Storage;

namespace Webhooks.Sqlite.Deliveries;

/// <summary>Gives leases.</summary>
internal sealed class LeaseWriter(SqliteSession session)
{
    private readonly Statement _lease =
        session.Prepare("UPDATE webhook_delivery SET due_at = ?3, owner = ?4 WHERE message_seq = ?1 AND ordinal = ?2");

    private readonly Statement _leaseInOrder =
        session.Prepare("UPDATE webhook_delivery SET owner = ?3 WHERE message_seq = ?1 AND ordinal = ?2");

    private readonly Statement _readMessage =
        session.Prepare($"SELECT {MessageReader.Columns} FROM webhook_message m WHERE m.seq = ?1");

    public LeasedDelivery Lease(
        PendingDelivery delivery, long endpointVersion, string owner, DateTimeOffset until, MessageCache messages)
    {
        _lease.Bind(delivery.MessageSeq).Bind(delivery.Ordinal).Bind(until).Bind(owner).Execute();
        return ToLeased(delivery, endpointVersion, until, messages, isOrdered: false);
    }

    /// <summary>Leases a delivery of an ordered endpoint, which stays held, for as long as the endpoint is taken over.</summary>
    public LeasedDelivery LeaseInOrder(
        PendingDelivery delivery, long endpointVersion, string owner, DateTimeOffset until, MessageCache messages)
    {
        _leaseInOrder.Bind(delivery.MessageSeq).Bind(delivery.Ordinal).Bind(owner).Execute();
        return ToLeased(delivery, endpointVersion, until, messages, isOrdered: true);
    }

    private LeasedDelivery ToLeased(
        PendingDelivery delivery, long endpointVersion, DateTimeOffset until, MessageCache messages, bool isOrdered) => new()
    {
        Id = delivery.Id,
        EndpointId = delivery.EndpointId,
        EndpointVersion = endpointVersion,
        AttemptNumber = delivery.AttemptCount + 1,
        LeaseUntil = until,
        Message = messages.Get(delivery.MessageSeq, ReadMessage),
        Resend = ResendNote.Read(delivery.Resend),
        Sent = SentContent.Read(delivery.Sent),
        IsOrdered = isOrdered,
        IsInterrupted = delivery.IsInterrupted,
    };

    private WebhookMessage ReadMessage(long seq) => _readMessage.Bind(seq).ReadOne(MessageReader.Read)!;

    /// <summary>The messages of one claim, so that the deliveries of a message share its payload.</summary>
    internal sealed class MessageCache
    {
        private readonly Dictionary<long, WebhookMessage> _messages = [];

        public WebhookMessage Get(long seq, Func<long, WebhookMessage> read)
        {
            if (!_messages.TryGetValue(seq, out var message))
            {
                message = read(seq);
                _messages.Add(seq, message);
            }

            return message;
        }
    }
}
