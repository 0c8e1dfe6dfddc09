namespace Webhooks.Replay;

/// <summary>What is to be sent again, or for the first time. Every filter narrows what is sent.</summary>
public sealed record ReplayRequest
{
    /// <summary>Whose messages. Default: <see cref="WebhooksDefaults.TenantId"/>.</summary>
    public string TenantId { get; init; } = WebhooksDefaults.TenantId;

    /// <summary>What to send. Default: <see cref="ReplaySelection.Failed"/>.</summary>
    public ReplaySelection Selection { get; init; }

    /// <summary>Only to this endpoint; null for all of the tenant's.</summary>
    public string? EndpointId { get; init; }

    /// <summary>Only messages of this event type; null for all.</summary>
    public string? EventType { get; init; }

    /// <summary>Only messages published at this time or later; null for all that the log still has.</summary>
    public DateTimeOffset? Since { get; init; }

    /// <summary>Only messages published before this time; null for all until the replay is started. Later ones never count.</summary>
    public DateTimeOffset? Until { get; init; }
}
