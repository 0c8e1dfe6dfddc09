using Webhooks.PostgreSql.Connections;
using Webhooks.Publishing;
using Webhooks.Storage;

namespace Webhooks.PostgreSql.Messages;

/// <summary>One try of an append.</summary>
/// <param name="Messages">What is appended.</param>
/// <param name="Leases">Whom to lease to.</param>
/// <param name="Kind">The kind; it is careful where a failed statement would be the end of a transaction.</param>
/// <param name="MayBeStored">Whether an earlier try may have been successful.</param>
internal sealed record AppendRun(List<NewMessage> Messages, LeaseGrant? Leases, AppendKind Kind, bool MayBeStored)
{
    public AppendResult[] Results { get; } = new AppendResult[Messages.Count];

    /// <summary>The session, unless it runs in the host's transaction.</summary>
    public Session? Session { get; set; }

    public int LeasesLeft { get; private set; } = Leases?.Limit ?? 0;

    public AppendRound FirstRound { get; } = AppendRound.Of(Messages, Kind);

    /// <summary>Whether it can take more than one statement that changes something.</summary>
    public bool NeedsTransaction =>
        FirstRound.Followers.Count > 0 || Messages.Exists(static message => message.NameCount > 1);

    public void Add(AppendBatch batch, AppendAnswer answer)
    {
        var first = 0;
        for (var i = 0; i < batch.Messages.Count; i++)
        {
            var (message, count) = (batch.Messages[i], batch.DeliveryCounts[i]);
            if (answer.Stored is null || answer.Stored[i])
            {
                var leased = Lease(batch, message.Message, first, count);
                LeasesLeft -= leased.Length;
                Results[message.Index] = new AppendResult(message.Message.Id, count, IsDuplicate: false, leased)
                {
                    HasFirstInLine = answer.HasFirstInLine,
                };
            }

            first += count;
        }
    }

    private LeasedDelivery[] Lease(AppendBatch batch, WebhookMessage message, int first, int count)
    {
        var leases = 0;
        for (var i = first; i < first + count; i++)
        {
            leases += batch.Deliveries[i].IsLeased ? 1 : 0;
        }

        if (leases == 0)
        {
            return [];
        }

        var leased = new LeasedDelivery[leases];
        for (var i = first + count - 1; leases > 0; i--)
        {
            var delivery = batch.Deliveries[i];
            if (delivery.IsLeased)
            {
                leased[--leases] = new LeasedDelivery
                {
                    Id = WebhookIdGenerator.Encode(DeliveryKey.Prefix, delivery.Key),
                    EndpointId = delivery.Endpoint.Id,
                    EndpointVersion = delivery.Endpoint.Version,
                    AttemptNumber = 1,
                    LeaseUntil = Leases!.Until,
                    Message = message,
                };
            }
        }

        return leased;
    }
}
