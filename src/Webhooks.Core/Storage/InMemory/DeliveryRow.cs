using Webhooks.Dispatching;

namespace Webhooks.Storage.InMemory;

/// <summary>A delivery in memory.</summary>
internal sealed class DeliveryRow(long sequence, string id, MessageRow message, EndpointRow endpoint) : IRow<DeliveryRow>
{
    /// <summary>As their messages were published, whenever they were added to them.</summary>
    public static readonly IComparer<DeliveryRow> ByAge = Comparer<DeliveryRow>.Create((left, right) =>
    {
        var order = left.Message.Sequence.CompareTo(right.Message.Sequence);
        return order != 0 ? order : left.Sequence.CompareTo(right.Sequence);
    });

    /// <summary>Only for rows that have a due time.</summary>
    public static readonly IComparer<DeliveryRow> ByDueTime = Comparer<DeliveryRow>.Create((left, right) =>
    {
        var order = left.DueAt.GetValueOrDefault().CompareTo(right.DueAt.GetValueOrDefault());
        return order != 0 ? order : left.Sequence.CompareTo(right.Sequence);
    });

    private OptionalTime _dueAt;
    private OptionalTime _completedAt;

    public long Sequence { get; } = sequence;

    public string Id { get; } = id;

    public int IdHash { get; } = id.GetHashCode(StringComparison.Ordinal);

    public DeliveryRow? NextInTable { get; set; }

    public MessageRow Message { get; } = message;

    /// <summary>Changes when it is sent again after its endpoint was deleted and another took the id.</summary>
    public EndpointRow Endpoint { get; set; } = endpoint;

    public DeliveryStatus Status { get; set; }

    public int AttemptCount { get; set; }

    /// <summary>When it is due, or its lease ends; null while it is held, and when it has ended.</summary>
    public DateTimeOffset? DueAt
    {
        get => _dueAt;
        set => _dueAt = value;
    }

    /// <summary>Where <see cref="DueIndex"/> has it; only of one that has a due time.</summary>
    public int DuePlace { get; set; }

    /// <summary>Whom it is leased to; kept when the lease runs out, until somebody else takes it.</summary>
    public string? LeaseOwner { get; set; }

    public DateTimeOffset? CompletedAt
    {
        get => _completedAt;
        set => _completedAt = value;
    }

    public CancelReason? CancelReason { get; set; }

    public int? LastStatusCode { get; set; }

    public AttemptError? LastError { get; set; }

    public TimeSpan? LastDuration { get; set; }

    public ResendNote? Resend { get; set; }

    /// <summary>What its attempts send; null for the message's payload, and when it has ended.</summary>
    public SentContent? Sent { get; set; }

    /// <summary>The attempts that retention has left, the first one first.</summary>
    public DeliveryAttempt[] Attempts { get; set; } = [];

    /// <summary>Whether it may have been sent, by a dispatcher that was lost, and is not to be sent twice.</summary>
    public bool IsInterrupted => LeaseOwner is not null && Message.Message.IsAtMostOnce;

    /// <summary>Whether it is too late to send it. What may have been sent has failed, however late it is.</summary>
    public bool IsExpired(DateTimeOffset now) => Message.Message.IsExpired(now) && !IsInterrupted;

    /// <param name="isInterrupted">Whether it was <see cref="IsInterrupted"/> before this lease.</param>
    public LeasedDelivery ToLeased(bool isInterrupted = false) => ToLeased(DueAt.GetValueOrDefault(), isOrdered: false, isInterrupted);

    /// <summary>As it is leased in order: it has no due time.</summary>
    /// <param name="until">The end of the lease.</param>
    /// <param name="isInterrupted">Whether it was <see cref="IsInterrupted"/> before this lease.</param>
    public LeasedDelivery ToLeasedInOrder(DateTimeOffset until, bool isInterrupted) => ToLeased(until, isOrdered: true, isInterrupted);

    /// <summary>Removes the excerpts of responses.</summary>
    /// <returns>How many there were.</returns>
    public int RemoveExcerpts()
    {
        var removed = 0;
        for (var i = 0; i < Attempts.Length; i++)
        {
            if (!Attempts[i].ResponseExcerpt.IsEmpty)
            {
                Attempts[i] = Attempts[i] with { ResponseExcerpt = default, IsResponseTruncated = true };
                removed++;
            }
        }

        return removed;
    }

    public WebhookDelivery ToDelivery() => new()
    {
        Id = Id,
        TenantId = Message.Message.TenantId,
        MessageId = Message.Message.Id,
        EndpointId = Endpoint.Stored.Endpoint.Id,
        EventType = Message.Message.EventType,
        Status = Status,
        AttemptCount = AttemptCount,
        CreatedAt = Message.Message.CreatedAt,
        NextAttemptAt = LeaseOwner is null ? DueAt : null,
        LeaseUntil = LeaseOwner is null ? null : DueAt,
        IsEndpointDisabled = Status == DeliveryStatus.Pending && !Endpoint.IsEnabled,
        CompletedAt = CompletedAt,
        CancelReason = CancelReason,
        LastStatusCode = LastStatusCode,
        LastError = LastError,
        LastDuration = LastDuration,
    };

    private LeasedDelivery ToLeased(DateTimeOffset until, bool isOrdered, bool isInterrupted) => new()
    {
        Id = Id,
        EndpointId = Endpoint.Stored.Endpoint.Id,
        EndpointVersion = Endpoint.Stored.Endpoint.Version,
        AttemptNumber = AttemptCount + 1,
        LeaseUntil = until,
        IsOrdered = isOrdered,
        Message = Message.Message,
        Resend = Resend,
        Sent = Sent,
        IsInterrupted = isInterrupted,
    };
}
